// Adds the security headers that the origin did not send itself.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const overridesOrigin = parameter('${Override}') === 'true';
const values = {
    'strict-transport-security': strictTransportSecurity(parameter('${HstsMaxAge}')),
    'content-security-policy': parameter('${ContentSecurityPolicy}'),
    'content-security-policy-report-only': parameter('${ContentSecurityPolicyReportOnly}'),
    'x-content-type-options': parameter('${ContentTypeOptions}'),
    'x-frame-options': parameter('${FrameOptions}'),
    'referrer-policy': parameter('${ReferrerPolicy}'),
    'permissions-policy': parameter('${PermissionsPolicy}'),
    'cross-origin-opener-policy': parameter('${CrossOriginOpenerPolicy}'),
    'cross-origin-embedder-policy': parameter('${CrossOriginEmbedderPolicy}'),
    'cross-origin-resource-policy': parameter('${CrossOriginResourcePolicy}'),
    'x-xss-protection': parameter('${XssProtection}')
};
// A parameter left empty switches its header off.
const names = Object.keys(values).filter((name) => values[name] !== '');

function handler(event) {
    const response = event.response;
    names.forEach((name) => {
        if (overridesOrigin || !response.headers[name]) {
            response.headers[name] = { value: values[name] };
        }
    });
    return response;
}

function strictTransportSecurity(maxAge) {
    if (maxAge === '') {
        return '';
    }
    const subdomains = parameter('${HstsIncludeSubdomains}') === 'true' ? '; includeSubDomains' : '';
    const preload = parameter('${HstsPreload}') === 'true' ? '; preload' : '';
    return 'max-age=' + maxAge + subdomains + preload;
}
