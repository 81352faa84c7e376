/** What whoever runs the service asks it: whether it lives, whether it can work, and what it has done. */
import type { FastifyInstance } from 'fastify';
import { Refusal } from './errors.ts';
import type { Metrics } from './metrics.ts';
import type { Store } from './store.ts';

interface Parts {
  readonly store: Store;
  readonly metrics: Metrics;
  /** A service that is about to end takes no new work. */
  isStopping(): boolean;
}

export function operationRoutes(http: FastifyInstance, { store, metrics, isStopping }: Parts): void {
  http.get('/health', { config: { access: 'public' } }, async () => ({ status: 'ok' }));

  http.get('/ready', { config: { access: 'public' } }, async () => {
    if (isStopping()) throw new Refusal('unavailable');
    await store
      .transaction((tx) => tx.setting('appId'))
      .catch(() => {
        throw new Refusal('unavailable');
      });
    return { status: 'ready' };
  });

  http.get('/metrics', { config: { access: 'operator' } }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.text()),
  );
}
