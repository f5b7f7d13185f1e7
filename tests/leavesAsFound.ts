import { afterAll, expect } from 'vitest';

// Another file goes on in this process: what it finds is what this one found. The time zone is that of every screen.
const { TZ, ...found } = process.env;
const folder = process.cwd();

afterAll(() => {
  const { TZ, ...left } = process.env;
  expect(left).toEqual(found);
  expect(process.cwd()).toBe(folder);
});
