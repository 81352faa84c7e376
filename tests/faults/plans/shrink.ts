import { ddmin } from './ddmin.ts';
import type { Plan } from './plan.ts';

/**
 * The least plan that still fails: first without faults that it does not need, then without messages and other doings, then
 * without devices.
 *
 * @param fails whether a candidate breaks what the whole plan breaks
 * @param tries a candidate passes only when it has passed so often: what goes wrong may be a matter of time
 */
export async function shrink(
  plan: Plan,
  fails: (candidate: Plan) => Promise<boolean>,
  tries = 3,
): Promise<Plan> {
  const everFails = async (candidate: Plan): Promise<boolean> => {
    for (let n = 0; n < tries; n += 1) if (await fails(candidate)) return true;
    return false;
  };
  const faults = await ddmin(plan.faults, (some) => everFails({ ...plan, faults: [...some] }));
  const calm: Plan = { ...plan, faults: [...faults] };
  const sends = await ddmin(calm.sends, (some) => everFails({ ...calm, sends: [...some] }));
  const quiet: Plan = { ...calm, sends: [...sends] };
  const ops = await ddmin(quiet.ops, (some) => everFails({ ...quiet, ops: [...some] }));
  return withoutIdleDevices({ ...quiet, ops: [...ops] }, everFails);
}

/** A device goes with everything that is done there. */
async function withoutIdleDevices(plan: Plan, fails: (candidate: Plan) => Promise<boolean>): Promise<Plan> {
  let least = plan;
  for (const { name } of plan.devices) {
    if (least.devices.length === 1) break;
    const candidate: Plan = {
      ...least,
      devices: least.devices.filter((device) => device.name !== name),
      sends: least.sends.filter(({ dev }) => dev !== name),
      ops: least.ops.filter((op) => op.kind === 'say' || op.dev !== name),
      faults: least.faults.filter(({ where }) => where !== name),
    };
    if (await fails(candidate)) least = candidate;
  }
  return least;
}

/** How much there is to a plan, in words. */
export function sizeOf({ devices, sends, ops, faults }: Plan): string {
  return `${devices.length} devices, ${sends.length} messages, ${ops.length} other doings, ${faults.length} faults`;
}
