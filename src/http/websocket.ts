import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { requestIdOf } from './request-id.ts';
import { type ConnectionLimits, SocketConnection } from './socket-connection.ts';
import { socketProtocol, type SocketProtocolOptions, type Visitor } from './socket-protocol.ts';

export interface WebSocketsOptions extends SocketProtocolOptions, ConnectionLimits {
  readonly messageBytes: number;
  readonly logger: Pick<Logger, 'error' | 'debug'>;
}

/** GraphQL over WebSocket, on sockets that the HTTP server hands over. */
export class WebSockets {
  readonly #options: WebSocketsOptions;
  readonly #server: WebSocketServer;
  readonly #protocol: ReturnType<typeof makeServer<Record<string, unknown>, Visitor>>;
  readonly #connections = new Set<SocketConnection>();
  #leaving = false;

  constructor(options: WebSocketsOptions) {
    this.#options = options;
    this.#protocol = makeServer(socketProtocol(options));
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.messageBytes,
      handleProtocols,
    });
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#leaving) {
      refuseUpgrade(socket, '503 Service Unavailable');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws, request));
  }

  /** Lets queries and mutations finish, and closes with 1001; takes no new sockets. */
  leave(): void {
    this.#leaving = true;
    for (const connection of this.#connections) connection.leave();
  }

  terminate(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  get size(): number {
    return this.#connections.size;
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const { metrics, logger } = this.#options;
    const requestId = requestIdOf(request);
    const connection = new SocketConnection(socket, request, this.#options);
    this.#connections.add(connection);
    metrics.connections('websocket', 1);
    // Mostly frames that break the protocol or are too large; ws closes the socket itself.
    socket.on('error', ({ message }) => logger.debug({ requestId, message }, 'websocket error'));
    const closed = this.#protocol.opened(connection, {
      connection,
      requestId,
      isGone: false,
      operations: 0,
    });
    socket.once('close', (code, reason) => {
      this.#connections.delete(connection);
      metrics.connections('websocket', -1);
      closed(code, String(reason)).catch((error: unknown) =>
        logger.error({ requestId, err: error }, 'A websocket could not be tidied up'),
      );
    });
  }
}

export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
