import type { IncomingMessage } from 'node:http';

const LOOPBACK_ADDRESSES = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_HOSTS = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/**
 * Whether a request was made on this machine by somebody who meant this machine.
 *
 * The address alone does not say so: a reverse proxy beside the server connects from loopback too
 * (its headers tell), and a web page can point its own host name at 127.0.0.1 (the Host header tells).
 */
export function comesFromThisMachine(request: IncomingMessage): boolean {
  return (
    LOOPBACK_ADDRESSES.test(request.socket.remoteAddress ?? '') &&
    LOOPBACK_HOSTS.test(request.headers.host ?? '') &&
    PROXY_HEADERS.every((header) => request.headers[header] === undefined) &&
    request.headers['sec-fetch-site'] !== 'cross-site'
  );
}
