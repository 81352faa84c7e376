/** A customer of the demo business, as its sign-in knows them (README). */
export interface Customer {
  readonly userId: string;
  readonly password: string;
}

const customer = (name: string): Customer => ({
  userId: `${name}@example.com`,
  password: `onethread-${name}`,
});

export const ana = customer('ana');
export const bo = customer('bo');
