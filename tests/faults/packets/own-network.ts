/**
 * Packets that go nowhere: no FIN, no RST, as when a cable is pulled or a firewall forgets. What is to lose them runs in a
 * network of its own (`unshare -n`), where nothing else can lose any, and which is gone with its last process.
 */
import { execFileSync, spawnSync } from 'node:child_process';

/** The command that runs `command` alone in a network that has only 127.0.0.1. */
export function inOwnNetwork(command: readonly string[]): [string, ...string[]] {
  return ['unshare', '--net', '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command];
}

/** Why packets cannot be dropped here; null where they can. */
export function packetRefusal(): string | null {
  const [file, ...args] = inOwnNetwork(['nft', 'add', 'table', 'inet', 'probe']);
  const { error, status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (error === undefined && status === 0) return null;
  return `no network of one's own: ${(error?.message ?? stderr).trim().split('\n')[0] ?? ''}`;
}

/** Drops every packet from and to this port of the network we are in, which must be our own. @returns its end */
export function dropPackets(port: number): () => void {
  const table = `onethread_${port}`;
  const rules = [
    `add table inet ${table}`,
    `add chain inet ${table} in { type filter hook input priority 0; }`,
    `add rule inet ${table} in tcp dport ${port} drop`,
    `add rule inet ${table} in tcp sport ${port} drop`,
  ];
  execFileSync('nft', ['-f', '-'], { input: rules.join('\n') });
  return () => void execFileSync('nft', ['delete', 'table', 'inet', table]);
}
