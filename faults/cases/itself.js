/** @type {import('../stage.js').Case} */
export default {
  name: 'itself',
  title:
    'a client whose own port is the port of the server, with no server: it would connect to itself',
  needs: ['root', 'namespaces'],
  rounds: 1,
  unsettled: true,
  async play(here) {
    const narrow =
      'ip link set lo up && echo "45000 45001" > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"';
    const under = ['unshare', '-n', 'sh', '-c', narrow, 'sh'];
    for (const host of ['127.0.0.1', '::1'])
      for (const port of [45_000, 45_001])
        for (const size of [0, 9, 3_000_000]) {
          const { status, stderr } = await here.client({ port, host, size, under });
          here.expect(
            status === 69 && stderr.includes('connection refused'),
            `${size} bytes to port ${port} of ${host}: ${status}, ${stderr.trim()}`,
          );
        }
  },
};
