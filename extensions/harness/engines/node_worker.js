// Runs CloudFront Functions on Node, each code in a context of its own: a line in is code with calls, a line out an answer.

'use strict';

const { createHash, createHmac } = require('crypto');
const fs = require('fs');
const path = require('path');
const querystring = require('querystring');
const readline = require('readline');
const vm = require('vm');

const RUNTIME = new vm.Script(fs.readFileSync(path.join(__dirname, 'runtime.js'), 'utf8'));
const ALGORITHMS = ['md5', 'sha1', 'sha256'];
const IMPORT = /^([ \t]*)import[ \t]+(\w+)[ \t]+from[ \t]+(['"]\w+['"])/gm;

function checked(algorithm) {
    if (ALGORITHMS.indexOf(algorithm) < 0) {
        throw new TypeError(`not supported algorithm: "${algorithm}"`);
    }
    return algorithm;
}

const MODULES = {
    buffer: { Buffer: Buffer },
    crypto: {
        createHash: (algorithm) => createHash(checked(algorithm)),
        createHmac: (algorithm, key) => createHmac(checked(algorithm), key),
    },
    querystring: querystring,
};

function write(line) {
    process.stdout.write(line + '\n');
}

function surrounded(firstCall) {
    const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
    RUNTIME.runInContext(context);
    let started;
    const runtime = context.edge({
        Buffer: Buffer,
        require: (name) => MODULES[name],
        startMeasuring: () => {
            started = process.hrtime.bigint();
        },
        measured: () => Number(process.hrtime.bigint() - started) / 1000,
    });
    runtime.begin(firstCall);
    runtime.surround(Object.getOwnPropertyNames(vm.runInContext('globalThis', context)), context);
    Object.assign(context, { Buffer, atob, btoa, TextDecoder, TextEncoder });
    return { context, runtime };
}

async function run(code, calls) {
    const { context, runtime } = surrounded(calls[0]);
    let handler;
    try {
        const script = '"use strict"; ' + code.replace(IMPORT, '$1const $2 = require($3)') + '\n;handler';
        handler = vm.runInContext(script, context, { filename: 'function.js' });
    } catch (error) {
        write(JSON.stringify({ error: runtime.described(error) }));
        return;
    }
    write('{"error":null}');
    for (const call of calls) {
        write(await runtime.answer(handler, call));
    }
}

async function serve() {
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const { code, calls } = JSON.parse(line);
        await run(code, calls);
    }
}

serve();
