/**
 * What can be done to a run. The words of the byte layer are Toxiproxy's where it has them. Times are milliseconds, sizes
 * bytes, rates kilobytes per second, unless a line says otherwise.
 */
import { z } from 'zod';

const ms = z.int().nonnegative();
const bytes = z.int().nonnegative();

/** Which way: `upstream` is from the device to the service, `downstream` back. */
const stream = z.enum(['upstream', 'downstream']).default('downstream');
/** Of the connections made while it is on, the share that it befalls. */
const toxicity = z.number().min(0).max(1).default(1);
const toxic = { layer: z.literal('bytes'), stream, toxicity };

/** On the bytes of a link. */
export const Toxic = z.discriminatedUnion('kind', [
  z.strictObject({ ...toxic, kind: z.literal('latency'), latency: ms, jitter: ms.default(0) }),
  z.strictObject({ ...toxic, kind: z.literal('bandwidth'), rate: z.number().positive() }),
  /** Cuts what goes by into pieces of about `averageSize`, `delay` apart (Toxiproxy counts that in microseconds). */
  z.strictObject({
    ...toxic,
    kind: z.literal('slicer'),
    averageSize: z.int().positive(),
    sizeVariation: bytes.default(0),
    delay: ms.default(0),
  }),
  /** Closes after so many bytes: a truncated answer. */
  z.strictObject({ ...toxic, kind: z.literal('limit_data'), bytes }),
  /** Lets nothing by; closes after `timeout`, or never for 0. */
  z.strictObject({ ...toxic, kind: z.literal('timeout'), timeout: ms }),
  /** RST after `timeout`. */
  z.strictObject({ ...toxic, kind: z.literal('reset_peer'), timeout: ms.default(0) }),
  z.strictObject({ ...toxic, kind: z.literal('slow_close'), delay: ms }),
  /** Refuses connections and ends those that stand. */
  z.strictObject({ ...toxic, kind: z.literal('down') }),
]);
export type Toxic = z.infer<typeof Toxic>;

/** Which requests: all that fit every word given. */
export const HttpMatch = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
  /** Part of the path with its query. */
  path: z.string().optional(),
  /** Part of the request's body. */
  body: z.string().optional(),
  /** Only the nth that fits the other words, from 1. */
  nth: z.int().positive().optional(),
  toxicity,
});
export type HttpMatch = z.infer<typeof HttpMatch>;
const http = { layer: z.literal('http'), match: HttpMatch.prefault({}) };

/** On HTTP messages. */
export const HttpAction = z.discriminatedUnion('kind', [
  /** For so long, or until the fault ends for null. */
  z.strictObject({ ...http, kind: z.literal('hold'), ms: ms.nullable() }),
  /** The service never sees it; the device sees a reset. */
  z.strictObject({ ...http, kind: z.literal('dropRequest') }),
  /** The lost answer: the service has done it, the device sees a reset. */
  z.strictObject({ ...http, kind: z.literal('dropResponse') }),
  z.strictObject({ ...http, kind: z.literal('duplicateRequest') }),
  /** The answer that an earlier request of the same method and path got. */
  z.strictObject({ ...http, kind: z.literal('replayOldResponse') }),
  /** Gathers so many requests and lets them go in another order; what stands alone goes after a second. */
  z.strictObject({ ...http, kind: z.literal('reorder'), window: z.int().min(2) }),
  /** Closes after so many bytes of the answer's body. */
  z.strictObject({ ...http, kind: z.literal('truncateBody'), bytes }),
  /** Promises more bytes than come. */
  z.strictObject({ ...http, kind: z.literal('wrongLength') }),
  /** The service never sees it. `retryAfter` is the header as it stands, also nonsense. */
  z.strictObject({
    ...http,
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfter: z.string().nullable().default(null),
  }),
  /** To a listener that records what it is told. */
  z.strictObject({ ...http, kind: z.literal('redirect'), status: z.enum(['301', '302', '307', '308']) }),
  /** A captive portal's page with status 200. */
  z.strictObject({ ...http, kind: z.literal('html200') }),
  /** Changes the answer's JSON at random places. */
  z.strictObject({ ...http, kind: z.literal('mutateJson'), seed: z.int() }),
  /** A small answer that unpacks to so many bytes. */
  z.strictObject({ ...http, kind: z.literal('contentEncodingBomb'), bytes }),
  /** Reads are answered with what was true so long ago. */
  z.strictObject({ ...http, kind: z.literal('stale'), ms }),
]);
export type HttpAction = z.infer<typeof HttpAction>;

const faye = { layer: z.literal('faye'), toxicity };

/** On the frames of the realtime channel. */
export const FayeAction = z.discriminatedUnion('kind', [
  z.strictObject({ ...faye, kind: z.literal('dropEvent') }),
  z.strictObject({ ...faye, kind: z.literal('duplicateEvent') }),
  z.strictObject({ ...faye, kind: z.literal('reorderEvents'), window: z.int().min(2) }),
  z.strictObject({ ...faye, kind: z.literal('holdEvent'), ms }),
  z.strictObject({
    ...faye,
    kind: z.literal('forgeEvent'),
    what: z.enum(['otherUser', 'unknownKind', 'garbage']),
  }),
  /** Ends what carries `/meta/connect`. */
  z.strictObject({ ...faye, kind: z.literal('killConnect') }),
  /** Answers `401 unknown client`. */
  z.strictObject({ ...faye, kind: z.literal('unknownClient') }),
  z.strictObject({ ...faye, kind: z.literal('advice'), reconnect: z.enum(['handshake', 'retry', 'none']) }),
  /** Of a WebSocket. */
  z.strictObject({ ...faye, kind: z.literal('closeCode'), code: z.int().min(1000).max(4999) }),
  z.strictObject({ ...faye, kind: z.literal('pingWithoutPong') }),
]);
export type FayeAction = z.infer<typeof FayeAction>;

/** On packets, in a network namespace of its own: no FIN, no RST. */
export const PacketAction = z.strictObject({ layer: z.literal('packets'), kind: z.literal('halfOpen') });
export type PacketAction = z.infer<typeof PacketAction>;

const process = { layer: z.literal('process') };
const child = z.enum(['group', 'leader', 'store', 'vault', 'renderer', 'gpu']).default('group');
const call = z.enum(['pwrite64', 'write', 'fsync', 'fdatasync', 'rename', 'ftruncate', 'unlink', 'sendto']);

/** On processes that the harness started. */
export const ProcessAction = z.discriminatedUnion('kind', [
  /** SIGKILL; where the fault has an end, it is started again then, else at once. */
  z.strictObject({ ...process, kind: z.literal('kill'), child }),
  /** SIGSTOP at the beginning, SIGCONT at the end. */
  z.strictObject({ ...process, kind: z.literal('freeze'), child }),
  /** In an orderly way, and started again at the end. */
  z.strictObject({ ...process, kind: z.literal('restart') }),
  /** At a named point of the product. */
  z.strictObject({
    ...process,
    kind: z.literal('failpoint'),
    point: z.string(),
    does: z.enum(['kill', 'throw', 'hang', 'delay']),
  }),
  /** SIGKILL at the nth such system call of the process, counted per thread. */
  z.strictObject({ ...process, kind: z.literal('killAtSyscall'), call, nth: z.int().positive() }),
  /** The nth fails, and every later one too where `onwards`. */
  z.strictObject({
    ...process,
    kind: z.literal('failSyscall'),
    call,
    errno: z.enum(['ENOSPC', 'EIO', 'EMFILE', 'EROFS']),
    nth: z.int().positive(),
    onwards: z.boolean().default(false),
  }),
  z.strictObject({ ...process, kind: z.literal('memory'), bytes }),
]);
export type ProcessAction = z.infer<typeof ProcessAction>;

const disk = { layer: z.literal('disk') };

/** On the folder of a device or of the service. */
export const DiskAction = z.discriminatedUnion('kind', [
  /** Leaves so many bytes; the space returns at the end. */
  z.strictObject({ ...disk, kind: z.literal('full'), left: bytes.default(0) }),
  z.strictObject({ ...disk, kind: z.literal('readOnly') }),
  z.strictObject({ ...disk, kind: z.literal('vanished') }),
  z.strictObject({ ...disk, kind: z.literal('foreignOwner') }),
  z.strictObject({ ...disk, kind: z.literal('fileInsteadOfDir') }),
  /** While nothing runs there. */
  z.strictObject({
    ...disk,
    kind: z.literal('corrupt'),
    file: z.enum(['db', 'wal', 'outbox', 'settings']),
    how: z.enum([
      'bitflip',
      'zeroPage',
      'swapPages',
      'truncate',
      'oldGeneration',
      'walOnly',
      'dbOnly',
      'garbageHeader',
      'sparseHuge',
      'dirInsteadOfFile',
    ]),
    seed: z.int().default(0),
  }),
  /** A cut of the device's power: what the disk was never told to keep is gone. */
  z.strictObject({ ...disk, kind: z.literal('powerCut') }),
]);
export type DiskAction = z.infer<typeof DiskAction>;

const clock = { layer: z.literal('clock') };

/** On the wall clock of one device or of the service; timers go on. The end puts it right again. */
export const ClockAction = z.discriminatedUnion('kind', [
  z.strictObject({ ...clock, kind: z.literal('jump'), ms: z.int() }),
  /** 1.1 runs a tenth too fast. */
  z.strictObject({ ...clock, kind: z.literal('drift'), factor: z.number().positive() }),
  z.strictObject({ ...clock, kind: z.literal('stop') }),
  /** To an instant, milliseconds since 1970: 2038, the edge of summer time, 1970 itself. */
  z.strictObject({ ...clock, kind: z.literal('set'), to: z.int() }),
]);
export type ClockAction = z.infer<typeof ClockAction>;

export const FaultAction = z.discriminatedUnion('layer', [
  Toxic,
  HttpAction,
  FayeAction,
  PacketAction,
  ProcessAction,
  DiskAction,
  ClockAction,
]);
export type FaultAction = z.infer<typeof FaultAction>;
