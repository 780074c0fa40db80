import cf from 'cloudfront';

// Gives a request that only reads a second origin, which is asked when the first one fails.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const primary = parameter('${PrimaryOrigin}');
const secondary = parameter('${SecondaryOrigin}');
const statusCodes = parameter('${StatusCodes}').split(',').map(Number);

function handler(event) {
    if (['GET', 'HEAD', 'OPTIONS'].indexOf(event.request.method) >= 0) {
        cf.createRequestOriginGroup({
            originIds: [{ originId: primary }, { originId: secondary }],
            failoverCriteria: { statusCodes: statusCodes }
        });
    }
    return event.request;
}
