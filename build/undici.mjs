// Of undici what the client of the database uses. The whole, with its mocks, caches, WebSockets and stores, is twice as
// much, and every command that may speak to a database would read all of it first.
import ask from 'undici/lib/api/api-request.js';
import util from 'undici/lib/core/util.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import formData from 'undici/lib/web/fetch/formdata.js';

export { Agent, EnvHttpProxyAgent };
export const { FormData } = formData;

/** As undici's own, of a dispatcher that is named. */
export function request(url, { dispatcher, ...options }) {
  const { origin, pathname, search } = util.parseURL(url);
  return ask.call(dispatcher, { ...options, origin, path: `${pathname}${search}` });
}
