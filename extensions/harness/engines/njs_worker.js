// Runs a CloudFront Function on njs: the module that its code imports first. Follows on what stands in runtime.js.

import calls from 'calls';
const real = { console: console, global: globalThis, require: require, Buffer: Buffer };
const names = Object.getOwnPropertyNames(globalThis);
const runtime = edge({
    Buffer: real.Buffer,
    require: real.require,
    startMeasuring: () => real.console.time('time'),
    measured: () => real.console.timeEnd('time'),
});
runtime.begin(calls[0]);
runtime.surround(names, real.global);
runtime.run = async (handler) => {
    real.console.log('{"error":null}');
    for (let i = 0; i < calls.length; i++) {
        let line = await runtime.answer(handler, calls[i]);
        while (line.length > 500) {
            real.console.log('+' + line.slice(0, 500));
            line = line.slice(500);
        }
        real.console.log(line);
    }
};
export default runtime;
