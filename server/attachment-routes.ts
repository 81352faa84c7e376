/** Serves what was uploaded to whoever knows its random id; a browser may show it in a page but never run it. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { attachmentPath, type Attachments } from './attachments.ts';
import { Refusal } from './errors.ts';
import type { Store } from './store.ts';

const Params = z.object({ id: z.string().max(64) });

export function attachmentRoutes(
  http: FastifyInstance,
  { store, attachments }: { store: Store; attachments: Attachments },
): void {
  http.get(`${attachmentPath}:id/:name`, { config: { access: 'public' } }, async (request, reply) => {
    const { id } = Params.parse(request.params);
    const attachment = await store.transaction((tx) => tx.attachment(id));
    if (attachment === null) throw new Refusal('not_found');
    const isImage = attachment.mediaType.startsWith('image/');
    return reply
      .header('Content-Type', isImage ? attachment.mediaType : 'application/octet-stream')
      .header('Content-Length', attachment.size)
      .header('Content-Disposition', `attachment; filename*=UTF-8''${extended(attachment.name)}`)
      .header('Content-Security-Policy', "default-src 'none'; sandbox")
      .header('Cache-Control', 'private, no-store')
      .send(attachments.read(attachment));
  });
}

/** RFC 8187 allows fewer characters than a URL. */
function extended(name: string): string {
  return encodeURIComponent(name).replace(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}
