// Of undici what the client of the database uses. The whole, with its mocks, caches, WebSockets and stores, is twice as
// much, and every command that may speak to a database would read all of it first.
const { parseURL } = require('undici/lib/core/util.js');
const request = require('undici/lib/api/api-request.js');

module.exports = {
  Agent: require('undici/lib/dispatcher/agent.js'),
  EnvHttpProxyAgent: require('undici/lib/dispatcher/env-http-proxy-agent.js'),
  FormData: require('undici/lib/web/fetch/formdata.js').FormData,
  /** As undici's own, of a dispatcher that is named. */
  request: (url, { dispatcher, ...options }) => {
    const { origin, pathname, search } = parseURL(url);
    return request.call(dispatcher, { ...options, origin, path: `${pathname}${search}` });
  },
};
