import cf from 'cloudfront';

// Chooses the origin by the country of the viewer, and says in a header which one, so that each has its own cache.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const countriesByOrigin = JSON.parse(parameter('${Origins}'));
const originHeader = parameter('${OriginHeader}').toLowerCase();

const originByCountry = Object.create(null);
Object.keys(countriesByOrigin).forEach((origin) => {
    countriesByOrigin[origin].forEach((country) => {
        originByCountry[country] = origin;
    });
});

function handler(event) {
    const request = event.request;
    const country = request.headers['cloudfront-viewer-country'];
    const origin = country && originByCountry[country.value.toUpperCase()];
    delete request.headers[originHeader];
    if (origin) {
        request.headers[originHeader] = { value: origin };
        cf.selectRequestOriginById(origin);
    }
    return request;
}
