/** The demo business's customers all have the same password (README). */
export const demoPassword = 'onethread-demo';
export const ana = 'ana@example.com';
export const bo = 'bo@example.com';
