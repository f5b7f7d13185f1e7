/** The screens, loaded as one: with them come ink and React. */
export { showRun } from './showRun.tsx';
export { showStation } from './showStation.tsx';
