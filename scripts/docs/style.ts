/** The colours of the pictures, on light pages and on dark ones. */
export const style = `<style>
text{font:600 13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2328}
.name,.note,.cut{font-weight:400;fill:#59636e}.note,.cut{font-size:11px}.cut,.in,.call{text-anchor:middle}
.ball{fill:#fff;stroke:#1f2328;stroke-width:1.5}.in{fill:#1f2328}
.b0{fill:#ffd8a8}.b1{fill:#b2e0c3}.b2{fill:#b6d4fe}.b3{fill:#f5c2dc}.b4{fill:#d9c8ff}.b5{fill:#b5e8ea}.b6{fill:#f6e58d}
.missed{fill:none;stroke:#818b98;stroke-dasharray:3 2}.missed+.in{fill:#818b98}
path{fill:none;stroke:#1f2328;stroke-width:2;stroke-linecap:round}
.unheard{stroke:#818b98}.away{stroke:#818b98;stroke-dasharray:1 6}.drop{stroke:#818b98;stroke-width:1;opacity:.45}
.band{fill:#b4125c;opacity:.13}.on,.end{stroke-width:2.5}.on{stroke:#b4125c}.read{fill:#b4125c;font-size:12px}
.level{stroke:#d4a72c;stroke-width:6;stroke-linecap:butt}
.box{fill:#b4125c;fill-opacity:.07;stroke:#b4125c;stroke-width:1.5}
.cross{stroke:#cf222e;stroke-width:3}.why{fill:#cf222e;font-size:12px}.group{fill:none;stroke:#59636e}
@media(prefers-color-scheme:dark){
text{fill:#f0f6fc}.name,.note,.cut{fill:#9198a1}path{stroke:#d1d7e0}
.ball{stroke:#0d1117;fill:#d1d7e0}.in{fill:#1f2328}
.b0{fill:#ffc078}.b1{fill:#8ce0ab}.b2{fill:#91bfff}.b3{fill:#ff9fce}.b4{fill:#c3a6ff}.b5{fill:#86dfe2}.b6{fill:#f2d95c}
.missed{fill:none;stroke:#7d8590}.missed+.in{fill:#7d8590}.away,.drop,.unheard{stroke:#7d8590}
.band{fill:#ff7ab8;opacity:.2}.on{stroke:#ff7ab8}.read{fill:#ff7ab8}.level{stroke:#e3b341}
.box{fill:#ff7ab8;fill-opacity:.1;stroke:#ff7ab8}.call{fill:#f0f6fc}.cross{stroke:#ff7b72}.why{fill:#ff7b72}.group{stroke:#9198a1}}
</style>`;
