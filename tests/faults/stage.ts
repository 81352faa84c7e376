/** What a run plays on: the real service on a disk of its own, and the devices, each behind a link of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { userJwt } from '../server/device.ts';
import { type Ready, type RunningService, startService } from '../server/running-service.ts';
import type { Device } from './device.ts';
import type { CoreService } from '../journeys/core-device.ts';
import { CoreDevice } from './devices/core-device.ts';
import type { Plan } from './plans/plan.ts';
import { FaultProxy } from './proxy/fault-proxy.ts';
import type { ProxyLog } from './proxy/imposed.ts';

/** The service of a run: killed and started again, always on the same disk and port. */
export class StageService {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'onethread-fault-service-'));
  #running: RunningService | null = null;
  #ready: Ready | null = null;
  #log = '';

  get ready(): Ready {
    if (this.#ready === null) throw new Error('the service was never started');
    return this.#ready;
  }

  get port(): number {
    return Number(new URL(this.ready.baseUrl).port);
  }

  get isUp(): boolean {
    return this.#running !== null;
  }

  /** Everything it has logged in all its lives. */
  get log(): string {
    return this.#log + (this.#running?.log() ?? '');
  }

  async start(): Promise<void> {
    if (this.#running !== null) return;
    const port = this.#ready === null ? {} : { port: this.port };
    this.#running = await startService({
      dataDir: this.dataDir,
      ...port,
      args: ['--rate-percent', '100000'],
    });
    this.#ready = this.#running.ready;
  }

  async kill(): Promise<void> {
    const running = this.#leave();
    await running?.kill();
  }

  async stop(): Promise<void> {
    const running = this.#leave();
    await running?.stop();
  }

  freeze(): void {
    this.#running?.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#running?.process.kill('SIGCONT');
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  #leave(): RunningService | null {
    const running = this.#running;
    this.#log = this.log;
    this.#running = null;
    return running;
  }
}

/** One device and how it reaches the service. */
export interface Post {
  readonly name: string;
  /** Who signs in there at the beginning. */
  readonly user: string;
  readonly device: Device;
}

/** Makes a device that does not run yet. */
export type NewDevice = (options: { readonly name: string; readonly service: CoreService }) => Device;
const coreDevice: NewDevice = (options) => new CoreDevice(options);

export interface StageOptions {
  /** What kind of device; the core without a window unless said. */
  readonly newDevice?: NewDevice | undefined;
  /** What the links tell of themselves. */
  readonly log: ProxyLog;
}

export class Stage {
  readonly service: StageService;
  readonly proxy: FaultProxy;
  readonly posts: readonly Post[];
  readonly #jwts: string[] = [];

  private constructor(service: StageService, proxy: FaultProxy, posts: readonly Post[]) {
    this.service = service;
    this.proxy = proxy;
    this.posts = posts;
  }

  /** The service and the links are up, the devices are not yet. */
  static async set(plan: Plan, { newDevice = coreDevice, log }: StageOptions): Promise<Stage> {
    const service = new StageService();
    await service.start();
    const { seed, devices } = plan;
    const proxy = await FaultProxy.start({ target: () => service.ready.baseUrl, seed, log });
    const posts: Post[] = [];
    for (const { name, user } of devices) {
      const { configBaseUrl } = await proxy.link(name);
      posts.push({ name, user, device: newDevice({ name, service: { ...service.ready, configBaseUrl } }) });
    }
    return new Stage(service, proxy, posts);
  }

  post(name: string): Post {
    const post = this.posts.find((one) => one.name === name);
    if (post === undefined) throw new Error(`no device is called ${name}`);
    return post;
  }

  async jwt(user: string): Promise<string> {
    const jwt = await userJwt(this.service.ready, user);
    this.#jwts.push(jwt);
    return jwt;
  }

  /** Every one that was given to a device. */
  get jwts(): readonly string[] {
    return this.#jwts;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.posts.map(({ device }) => device.dispose()));
    await this.proxy.close();
    await this.service.dispose();
  }
}
