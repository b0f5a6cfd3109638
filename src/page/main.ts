const shown = document.querySelector('pre');
const events = new EventSource('events');
events.onmessage = ({ data }: MessageEvent<string>) => {
  if (shown) shown.textContent = data;
};
