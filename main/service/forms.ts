import { answersText, maxAnswerLength, maxFields } from '../../contract/forms.ts';
import type { FormAnswer, FormField } from '../../contract/forms.ts';
import type { Content } from '../../contract/model.ts';
import type { WireField, WireMessage } from '../../contract/sdk-api.ts';
import { normalizeText } from '../../contract/text.ts';
import { optionalText } from './texts.ts';

type ContentOf<K extends Content['kind']> = Extract<Content, { kind: K }>;

/** `null` if one of its questions cannot be asked here: half a form cannot be answered. */
export function readForm(wire: WireMessage, text: string): ContentOf<'form'> | null {
  const asked = wire.fields ?? [];
  const fields = asked.map(toField).filter((field) => field !== null);
  if (fields.length === 0 || fields.length < asked.length || fields.length > maxFields) return null;
  // Two questions of one name would give each other's answers.
  if (new Set(fields.map(({ name }) => name)).size < fields.length) return null;
  return {
    kind: 'form',
    text,
    fields,
    blocksComposer: wire.blockChatInput === true,
    answered: wire.submitted === true,
  };
}

function toField(wire: WireField): FormField | null {
  const named = { name: normalizeText(wire.name), label: normalizeText(wire.label || wire.name) };
  if (named.name === '') return null;
  const asked = { ...named, placeholder: optionalText(wire.placeholder) };
  switch (wire.type) {
    case 'text': {
      const maxLength = lengthOf(wire.maxSize) ?? maxAnswerLength;
      return {
        type: 'text',
        ...asked,
        minLength: Math.min(lengthOf(wire.minSize) ?? 1, maxLength),
        maxLength,
      };
    }
    case 'email':
      return { type: 'email', ...asked };
    case 'select': {
      const options = (wire.options ?? []).map(toChoice);
      return options.length > 0 ? { type: 'select', ...asked, options } : null;
    }
    default:
      return null;
  }
}

function lengthOf(size: number | undefined): number | null {
  return size !== undefined && Number.isSafeInteger(size) && size >= 1
    ? Math.min(size, maxAnswerLength)
    : null;
}

/** `null` for an answer that says nothing. Without a value the question alone would stand there. */
export function readFormResponse(wire: WireMessage, text: string): ContentOf<'formResponse'> | null {
  const answers = (wire.fields ?? []).map(toAnswer).filter((answer) => answer !== null);
  return answers.length === 0 ? null : { kind: 'formResponse', text: text || answersText(answers), answers };
}

function toAnswer(wire: WireField): FormAnswer | null {
  const named = { name: normalizeText(wire.name), label: normalizeText(wire.label || wire.name) };
  const { text, email, select } = wire;
  if (select !== undefined) return { type: 'select', ...named, select: select.map(toChoice) };
  if (email !== undefined) return { type: 'email', ...named, email: normalizeText(email) };
  return text === undefined ? null : { type: 'text', ...named, text: normalizeText(text) };
}

function toChoice({ name, label }: { name: string; label: string }): { name: string; label: string } {
  return { name: normalizeText(name), label: normalizeText(label || name) };
}
