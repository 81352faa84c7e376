/** What a run plays on: the real service on a disk of its own, and the devices, each behind a link of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { userJwt } from '../server/device.ts';
import { type Ready, type RunningService, startService } from '../server/running-service.ts';
import { CoreDevice } from './devices/core-device.ts';
import type { Plan } from './plans/plan.ts';

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
  readonly user: string;
  readonly device: CoreDevice;
}

export class Stage {
  readonly service = new StageService();
  readonly posts: readonly Post[];

  private constructor(service: StageService, posts: readonly Post[]) {
    this.service = service;
    this.posts = posts;
  }

  /** The service is up, the devices are not yet. */
  static async set(plan: Plan): Promise<Stage> {
    const service = new StageService();
    await service.start();
    const posts = plan.devices.map(({ name, user }) => ({
      ...{ name, user },
      device: new CoreDevice({ name, service: service.ready }),
    }));
    return new Stage(service, posts);
  }

  post(name: string): Post {
    const post = this.posts.find((one) => one.name === name);
    if (post === undefined) throw new Error(`no device is called ${name}`);
    return post;
  }

  jwt(user: string): Promise<string> {
    return userJwt(this.service.ready, user);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.posts.map(({ device }) => device.dispose()));
    await this.service.dispose();
  }
}
