// What surrounds a CloudFront Function: runs on njs 0.7.9, and on Node in a context of its own.
//
// The platform brings its own `require`, its own globals, and the measuring of time. Everything else is alike on both:
// the module cloudfront, a clock that stands still, a console with `log` alone, and nothing that CloudFront does not have.

function edge(platform) {
    const kept = (
        'AggregateError Array ArrayBuffer Boolean Buffer DataView Date Error EvalError Float32Array Float64Array Function ' +
        'Infinity Int16Array Int32Array Int8Array InternalError JSON Math MemoryError NaN Number Object Promise RangeError ' +
        'ReferenceError RegExp String Symbol SyntaxError TextDecoder TextEncoder TypeError URIError Uint16Array ' +
        'Uint32Array Uint8Array Uint8ClampedArray atob btoa console decodeURI decodeURIComponent encodeURI ' +
        'encodeURIComponent globalThis isFinite isNaN parseFloat parseInt require toString undefined'
    ).split(' ');
    const modules = ['buffer', 'crypto', 'querystring'];
    const RealDate = Date;
    let call;
    let log;
    let originCalls;

    function begin(next) {
        call = next;
        log = [];
        originCalls = [];
    }

    function StillDate(year, month, day, hours, minutes, seconds, milliseconds) {
        if (!(this instanceof StillDate)) {
            return new RealDate(call.now).toString();
        }
        if (arguments.length === 0) {
            return new RealDate(call.now);
        }
        if (arguments.length === 1) {
            return new RealDate(year);
        }
        const first = day === undefined ? 1 : day;
        return new RealDate(year, month, first, hours || 0, minutes || 0, seconds || 0, milliseconds || 0);
    }
    StillDate.prototype = RealDate.prototype;
    StillDate.prototype.constructor = StillDate;
    StillDate.now = () => call.now;
    StillDate.UTC = RealDate.UTC;
    StillDate.parse = RealDate.parse;

    function contents() {
        if (call.keyValueStore === null) {
            throw new Error('KeyValueStoreUnavailable');
        }
        return call.keyValueStore;
    }

    const holds = (key) => Object.prototype.hasOwnProperty.call(contents(), key);

    async function get(key, options) {
        if (!holds(key)) {
            throw new Error('KeyNotFound');
        }
        const value = contents()[key];
        const format = options && options.format || 'string';
        if (format === 'json') {
            return JSON.parse(value);
        }
        return format === 'bytes' ? platform.Buffer.from(value) : value;
    }

    const store = {
        get: get,
        exists: async (key) => holds(key),
        count: async () => Object.keys(contents()).length,
        meta: async () => ({
            creationDateTime: '2026-01-01T00:00:00Z',
            lastUpdatedDateTime: '2026-01-01T00:00:00Z',
            keyCount: Object.keys(contents()).length,
        }),
    };

    function recorder(name) {
        return (argument) => {
            const recorded = {};
            recorded[name] = JSON.parse(JSON.stringify(argument));
            originCalls.push(recorded);
        };
    }

    const cf = {
        kvs: () => store,
        updateRequestOrigin: recorder('updateRequestOrigin'),
        selectRequestOriginById: recorder('selectRequestOriginById'),
        createRequestOriginGroup: recorder('createRequestOriginGroup'),
        edgeLocation: { name: 'FRA56-P1', region: 'eu-central-1', serverIp: '203.0.113.250' },
    };

    function requireModule(name) {
        if (name === 'cloudfront') {
            return cf;
        }
        if (modules.indexOf(name) < 0) {
            throw new Error(`Cannot find module "${name}"`);
        }
        return platform.require(name);
    }

    // njs has it from 0.7.10 on.
    function replaceAll(pattern, replacement) {
        if (pattern instanceof RegExp) {
            return this.replace(pattern, replacement);
        }
        const escaped = String(pattern).replace(/[.*+?^${}()|[\]\\\/]/g, '\\$&');
        return this.replace(new RegExp(escaped, 'g'), replacement);
    }

    function surround(names, global) {
        names.forEach((name) => {
            if (kept.indexOf(name) < 0) {
                global[name] = undefined;
            }
        });
        global.Date = StillDate;
        global.require = requireModule;
        global.console = {
            log: (message) => {
                log.push(typeof message === 'object' ? JSON.stringify(message) : String(message));
            },
        };
        if (!String.prototype.replaceAll) {
            String.prototype.replaceAll = replaceAll;
        }
    }

    function described(error) {
        const place = /function\.js:(\d+)/.exec(String(error && error.stack));
        return String(error) + (place ? ` (line ${place[1]})` : '');
    }

    // The query as it was written is a method of the request, and no part of the event.
    function eventOf(next) {
        const event = next.event;
        if (event.request) {
            Object.defineProperty(event.request, 'rawQueryString', { value: () => next.rawQuery });
        }
        return event;
    }

    async function answer(handler, next) {
        begin(next);
        const event = eventOf(next);
        let value;
        let error = null;
        platform.startMeasuring();
        try {
            value = await handler(event);
        } catch (thrown) {
            error = described(thrown);
        }
        const microseconds = platform.measured();
        try {
            value = JSON.stringify(value);
        } catch (thrown) {
            error = `the result can't be written as JSON: ${thrown}`;
            value = undefined;
        }
        const rest = { error: error, log: log, originCalls: originCalls, microseconds: microseconds };
        return `{"value":${value || null},"rest":${JSON.stringify(rest)}}`;
    }

    return { answer: answer, begin: begin, cf: cf, described: described, surround: surround };
}
