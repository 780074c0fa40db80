import cf from 'cloudfront';

// Lets a viewer pass whose address lies in an allowed network; everyone else gets 403.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const store = cf.kvs();
const fixedNetworks = networksIn(parameter('${Networks}'));
const storeLists = parameter('${StoreLists}').split(',').filter((key) => key !== '');
const message = parameter('${Message}');

async function handler(event) {
    const address = groupsOf(event.viewer.ip);
    if (address) {
        if (isIn(fixedNetworks, address)) {
            return event.request;
        }
        for (let i = 0; i < storeLists.length; i++) {
            const listed = await read(storeLists[i]);
            if (isIn(networksIn(listed), address)) {
                return event.request;
            }
        }
    }
    return denial();
}

// A key that is missing allows nobody.
async function read(key) {
    try {
        return await store.get(key);
    } catch (error) {
        return '';
    }
}

function isIn(networks, address) {
    return networks.some((network) => network.groups.every((group, i) => {
        const bits = Math.min(16, Math.max(0, network.bits - 16 * i));
        return (group ^ address[i]) >> (16 - bits) === 0;
    }));
}

// What is no network allows nobody.
function networksIn(list) {
    return list.split(/[\s,]+/).map(networkOf).filter((network) => network);
}

function networkOf(text) {
    const parts = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text);
    const groups = parts && groupsOf(parts[1]);
    if (!groups) {
        return null;
    }
    const bitsBefore = text.indexOf(':') < 0 ? 96 : 0;
    const bits = parts[2] === undefined ? 128 : bitsBefore + Number(parts[2]);
    return bits <= 128 ? { groups: groups, bits: bits } : null;
}

// Eight groups of 16 bits; IPv4 as the mapped ::ffff:a.b.c.d, a zone left off; null for what is no address.
function groupsOf(address) {
    let text = address.split('%')[0];
    const dotted = /^(.*:)?(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text);
    if (dotted) {
        const bytes = dotted.slice(2).map(Number);
        if (bytes.some((byte) => byte > 255)) {
            return null;
        }
        text = (dotted[1] || '::ffff:') + hexadecimal(bytes[0], bytes[1]) + ':' + hexadecimal(bytes[2], bytes[3]);
    }
    const halves = text.split('::').map((half) => half === '' ? [] : half.split(':'));
    const missing = 8 - halves.reduce((sum, half) => sum + half.length, 0);
    if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) {
        return null;
    }
    const groups = halves[0].concat(Array(missing).fill('0'), halves[1] || []);
    const valid = groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
    return valid ? groups.map((group) => parseInt(group, 16)) : null;
}

function hexadecimal(high, low) {
    return (high * 256 + low).toString(16);
}

function denial() {
    return {
        statusCode: 403,
        headers: { 'cache-control': { value: 'no-store' }, 'content-type': { value: 'text/plain; charset=utf-8' } },
        body: message
    };
}
