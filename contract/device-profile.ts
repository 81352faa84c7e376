import { z } from 'zod';

/** What the service is told about this device: every field, under the name it is sent by. */
export const DeviceProfile = z.array(z.object({ name: z.string(), value: z.string() }).readonly()).readonly();
export type DeviceProfile = z.infer<typeof DeviceProfile>;
