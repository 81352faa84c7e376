import { ClientMessageId } from '../../contract/ids.ts';
import type { MessageId } from '../../contract/ids.ts';

/**
 * The client message id of this person's answer to a form: made of the form's id alone, so that it is one answer however
 * often and from however many devices it is sent. A UUID of version 8 (RFC 9562, 5.8); 116 of its bits are four FNV-1a
 * hashes, which only a business could make collide, and only with its own forms.
 */
export function formKey(form: MessageId): ClientMessageId {
  const bits = [0, 1, 2, 3].map((turn) => hash(`${turn}:${form}`).toString(16).padStart(8, '0')).join('');
  const groups = [bits.slice(0, 8), bits.slice(8, 12), `8${bits.slice(13, 16)}`, `8${bits.slice(17, 20)}`];
  return ClientMessageId.parse([...groups, bits.slice(20)].join('-'));
}

/** FNV-1a of 32 bits over the UTF-16 code units, stirred once more at the end: similar ids differ in every digit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
