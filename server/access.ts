/**
 * Who may use a route. Every route says so where it is made; one that does not stops the service from starting. The doors
 * enforce what is said; the list made here is what the tests hold them to.
 */
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { z } from 'zod';

export type Access =
  /** Nobody's data, or data whose unguessable address is the permission. */
  | 'public'
  /** A device that knows the app; the handler judges its credential, if it has one. */
  | 'device'
  /** The user named by `:appUserId`, proven. */
  | 'self'
  /** A user who takes part in the conversation named by `:conversationId`, proven. */
  | 'participant'
  /** The business, by an app key or a JWT signed with one. */
  | 'business'
  /** Whoever runs the service, from the machine it runs on. */
  | 'operator';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** What the route takes, for the description; it parses that itself. */
    body?: z.ZodType | undefined;
    takesFile?: boolean;
  }
}

export interface DeclaredRoute {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
  readonly body?: z.ZodType | undefined;
  readonly takesFile?: boolean;
}

/** Watches every route that is made from now on. Call before the first. @returns them, once the service is ready. */
export function requireDeclarations(http: FastifyInstance): () => DeclaredRoute[] {
  const seen: RouteOptions[] = [];
  http.addHook('onRoute', (route) => void seen.push(route));
  const declared = (): DeclaredRoute[] =>
    seen.flatMap((route) => [route.method].flat().map(declaredOf(route)));
  http.addHook('onReady', async () => void declared());
  return declared;
}

function declaredOf({ url, config }: RouteOptions): (method: string) => DeclaredRoute {
  return (method) => {
    if (config?.access === undefined) throw new Error(`${method} ${url} does not say who may use it.`);
    const { access, body, takesFile = false } = config;
    return { method, url, access, body, takesFile };
  };
}

/** Declares the same for every route made inside `routes`. */
export function declared(
  http: FastifyInstance,
  access: Access,
  routes: (scope: FastifyInstance) => void,
): void {
  void http.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access };
    });
    routes(scope);
  });
}
