import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Writes the closing line that CI reads, `N passed, N failed`, where BATON_TEST_SUMMARY says. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const file = process.env.BATON_TEST_SUMMARY;
    if (!file) return;
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      count.failed += module.errors().length;
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    appendFileSync(file, `${count.passed} passed, ${count.failed} failed${skipped}\n`);
  }
}
