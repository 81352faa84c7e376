import './english.ts';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../contract/failure.ts';
import { KeychainTrouble } from '../../contract/session.ts';
import { Notice } from '../../contract/view.ts';
import { Complaints, complaintMs } from '../../renderer/status/complaints.ts';
import {
  keychainAdvice,
  keychainHeading,
  refusalReason,
  sentenceFor,
} from '../../renderer/status/sentences.ts';
import { strings } from '../../renderer/strings/strings.ts';
import { ManualTime } from './manual-time.ts';

const failures: readonly Failure[] = [
  { kind: 'offline' },
  { kind: 'throttled', retryAfterMs: 30_000 },
  { kind: 'unavailable' },
  ...(['expired', 'invalid', 'jwtRequired', 'otherUser'] as const).map((reason) => ({
    kind: 'signedOut' as const,
    reason,
  })),
  { kind: 'wrongPassword' },
  { kind: 'rejected', code: 'forbidden', description: 'Closed.' },
  { kind: 'rejected', code: 'forbidden', description: '' },
  { kind: 'malformed', where: 'sendMessage' },
  { kind: 'unknownApp' },
  { kind: 'unconfigured' },
  { kind: 'superseded' },
  { kind: 'sessionOver' },
  { kind: 'tooLong', limit: 4096 },
  { kind: 'tooLarge', limit: 50 * 1024 * 1024 },
  { kind: 'media', trouble: 'foreign' },
  { kind: 'media', trouble: 'gone' },
  { kind: 'wrongPasscode', retryAfterMs: 0 },
  { kind: 'wrongPasscode', retryAfterMs: 2_000 },
  { kind: 'passcodeNeeded' },
  { kind: 'passcodeTooShort', atLeast: 4 },
  { kind: 'forbidden' },
  { kind: 'questionOpen' },
  { kind: 'staleLink' },
  ...KeychainTrouble.options.map((trouble) => ({ kind: 'keychain' as const, trouble })),
  { kind: 'alreadySent' },
  ...(['full', 'readOnly', 'newerVersion', 'failed'] as const).map((reason) => ({
    kind: 'storage' as const,
    reason,
  })),
];

describe('sentenceFor', () => {
  it('is tried with every kind of failure there is', () => {
    const kinds = Failure.options.map((option) => option.unwrap().shape.kind.value);
    expect(new Set(failures.map((failure) => failure.kind))).toEqual(new Set(kinds));
  });

  it.each(failures)('has a plain sentence for $kind', (failure) => {
    const sentence = sentenceFor(failure);
    expect(sentence).toMatch(/^[A-Z].{20,}\.$/);
    expect(sentence).not.toMatch(/undefined|null|\[object|failure|jwtRequired/);
  });

  it('says why the service refused, and how long to wait or to write', () => {
    expect(sentenceFor({ kind: 'rejected', code: 'x', description: 'Closed.' })).toContain('Closed.');
    expect(sentenceFor({ kind: 'throttled', retryAfterMs: 29_001 })).toContain('30 seconds');
    expect(sentenceFor({ kind: 'tooLong', limit: 4096 })).toContain('4,096');
  });
});

describe('the other sentences', () => {
  it.each(KeychainTrouble.options)(
    'say what is wrong with a keychain that is %s, and what to do',
    (trouble) => {
      expect(keychainHeading(trouble)).toMatch(/keychain/i);
      expect(keychainAdvice(trouble)).toMatch(/try again\.$/);
    },
  );

  it.each(Notice.unwrap().options)('exist for the notice %s', (notice) => {
    expect(strings.notices[notice]).toMatch(/\.$/);
  });

  it('repeat the service’s reason only where it gave one', () => {
    expect(refusalReason({ code: 'x', description: ' Closed. ' })).toContain('Closed.');
    expect(refusalReason({ code: 'x', description: ' ' })).toBeNull();
    expect(refusalReason(null)).toBeNull();
    expect(refusalReason({ code: 'file_lost', description: '' })).toBe(
      'The file is no longer on this device. Choose it again.',
    );
  });
});

describe('Complaints', () => {
  it('stay for a while, and the latest takes the place of the one before with its own time', () => {
    const time = new ManualTime();
    const complaints = new Complaints({ after: time.after });
    complaints.complain({ kind: 'offline' });
    time.advance(complaintMs - 1);
    complaints.complain({ kind: 'unavailable' });
    time.advance(complaintMs - 1);
    expect(complaints.current()).toBe(sentenceFor({ kind: 'unavailable' }));
    time.advance(1);
    expect(complaints.current()).toBeNull();
  });

  it('say nothing about what the person has already left behind', () => {
    const complaints = new Complaints({ after: new ManualTime().after });
    complaints.complain({ kind: 'superseded' });
    complaints.complain({ kind: 'sessionOver' });
    expect(complaints.current()).toBeNull();
  });
});
