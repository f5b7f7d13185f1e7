import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { request as ask } from 'undici';
import { onTestFinished } from 'vitest';
import type { Reply } from '../../src/itkdb/client/transport.ts';

/** A server that answers in a way the database never should; gone after the test. */
export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}/`;
}

/** What something between does with the request of a command: undefined, it passes it on. */
export type Between = (
  command: string,
  response: ServerResponse,
  forward: () => Promise<Pick<Reply, 'status' | 'contentType' | 'bytes'>>,
) => Promise<void> | undefined;

/** A proxy before a database, which answers in its place when it likes, or breaks off a request that is still coming. */
export async function between(
  url: string,
  meddle: Between,
  breaksOff: (command: string) => boolean = () => false,
): Promise<string> {
  return serve((request, response) => {
    const chunks: Buffer[] = [];
    const forward = async () => {
      const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = request.headers;
      const answer = await ask(`${url}${request.url!.slice(1)}`, {
        method: request.method as 'GET',
        headers: headers as Record<string, string>,
        body: Buffer.concat(chunks),
      });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      return { status: answer.statusCode, contentType: String(answer.headers['content-type']), bytes };
    };
    request.on('data', (chunk: Buffer) => {
      if (chunks.push(chunk) === 1 && breaksOff(request.url!.slice(1))) request.socket.resetAndDestroy();
    });
    request.on('end', async () => {
      const command = request.url!.slice(1);
      await (meddle(command, response, forward) ??
        forward().then(({ status, contentType, bytes }) => {
          response.writeHead(status, { 'content-type': contentType }).end(bytes);
        }));
    });
  });
}

export async function serveTls(key: string, cert: string): Promise<string> {
  const server = createTlsServer({ key, cert }, (_request, response) => void response.end('{}'));
  return `https://127.0.0.1:${await listen(server)}/`;
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
