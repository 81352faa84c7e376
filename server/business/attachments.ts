/** REST v2: files the business uploads to send later, and takes away again. */
import { z } from 'zod';
import { attachmentPath, idLength, type Attachments } from '../attachments.ts';
import { Refusal } from '../errors.ts';
import { fileContent } from '../messages.ts';
import { absoluteUrl, storedUrl } from '../wire.ts';
import type { BusinessDoor } from './door.ts';

/** Needs a scope that reads multipart bodies. */
export function attachmentUploadRoute(door: BusinessDoor, attachments: Attachments): void {
  door.upload({
    path: '/attachments',
    answer: async ({ tx, upload: { file }, address }) => {
      await attachments.keep(tx, file);
      const { mediaUrl = '', mediaType } = fileContent(file);
      return { status: 201, body: { attachment: { mediaUrl: absoluteUrl(mediaUrl, address), mediaType } } };
    },
  });
}

export function attachmentRoutes(door: BusinessDoor, attachments: Attachments): void {
  door({
    method: 'POST',
    path: '/attachments/remove',
    body: z.object({ mediaUrl: z.string().max(2048) }),
    answer: async ({ tx, body, address }) => {
      const stored = storedUrl(body.mediaUrl, address);
      const id = stored.slice(attachmentPath.length, attachmentPath.length + idLength);
      const known = stored.startsWith(attachmentPath) && (await tx.attachment(id)) !== null;
      if (!known) throw new Refusal('not_found');
      await attachments.remove(tx, [id]);
      return { status: 200, body: {} };
    },
  });
}
