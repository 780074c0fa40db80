// Answers the preflight of an allowed origin at the edge; every other request goes on unchanged.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const allowedOrigins = parameter('${AllowedOrigins}').split(',');
const allowsCredentials = parameter('${AllowCredentials}') === 'true';
const allowedMethods = parameter('${AllowedMethods}');
const allowedHeaders = parameter('${AllowedHeaders}');
const maxAge = parameter('${MaxAge}');

const allowsEveryone = allowedOrigins.indexOf('*') >= 0;

function handler(event) {
    const request = event.request;
    const origin = request.headers.origin;
    const isPreflight = request.method === 'OPTIONS' && origin && request.headers['access-control-request-method'];
    return isPreflight && allows(origin.value) ? preflightFor(origin.value, request) : request;
}

function preflightFor(origin, request) {
    const asked = request.headers['access-control-request-headers'];
    const echoes = allowedHeaders === '*';
    const headersAllowed = echoes ? asked && textOf(asked) : allowedHeaders;
    const dependsOn = (allowsEveryone ? [] : ['Origin']).concat(echoes ? ['Access-Control-Request-Headers'] : []);
    const headers = {
        'access-control-allow-origin': { value: allowsEveryone ? '*' : origin },
        'access-control-allow-methods': { value: allowedMethods },
        'access-control-max-age': { value: maxAge }
    };
    if (headersAllowed) {
        headers['access-control-allow-headers'] = { value: headersAllowed };
    }
    if (allowsCredentials && !allowsEveryone) {
        headers['access-control-allow-credentials'] = { value: 'true' };
    }
    if (dependsOn.length) {
        headers.vary = { value: dependsOn.join(', ') };
    }
    return { statusCode: 204, headers: headers };
}

function allows(origin) {
    return allowsEveryone || allowedOrigins.some((pattern) => matches(pattern, origin));
}

// A wildcard stands for one or more characters of a host name or for a port, so nothing can hide behind it.
function matches(pattern, origin) {
    const star = pattern.indexOf('*');
    if (star < 0) {
        return pattern === origin;
    }
    const after = pattern.slice(star + 1);
    const wild = origin.slice(star, origin.length - after.length);
    return origin.startsWith(pattern.slice(0, star)) && origin.endsWith(after) && /^[a-z0-9.-]+$/.test(wild);
}

function textOf(header) {
    return (header.multiValue || [header]).map((item) => item.value).join(', ');
}
