// Answers to the window's requests (contract/api.ts): machines, comparisons with progress and cancel, exports.
import type { Comparison, ComparisonEnd, ComparisonProgress, Result, SavedFiles } from '../contract/api';
import { comparisonRequestSchema } from '../contract/schemas';
import { comparisonIdSchema, nothingSchema, numberRequestSchema, pngExportSchema } from '../contract/window-requests';
import { CANCELLED_CODE } from '../host/failure';
import type { LabHost } from '../host/lab-host';
import { CHANNELS } from './channels';
import { createExplanations } from './explanations';
import { registerHistoryHandlers } from './history-handlers';
import type { Handle } from './ipc';
import { failed } from './ipc';
import type { History } from './history';
import type { SaveDialogs } from './save-dialogs';

export interface LabHandlerParts {
  readonly host: Pick<LabHost, 'listMachines' | 'compare' | 'explain' | 'saveCsv'>;
  readonly dialogs: SaveDialogs;
  readonly writeFile: (path: string, bytes: Uint8Array) => Promise<Result<string>>;
  readonly history: History;
  /** Sends an event to the window; does nothing when it is gone. */
  readonly send: (channel: string, payload: ComparisonProgress | ComparisonEnd) => void;
}

/** How many finished comparisons can still be exported. */
const KEPT_COMPARISONS = 20;

/** Registers all handlers. Returns what ends every running comparison and lets go of the history. */
export function registerLabHandlers(handle: Handle, parts: LabHandlerParts): { cancelAll(): void } {
  const { host, dialogs, history, send, writeFile } = parts;
  const running = new Map<string, AbortController>();
  const finished = new Map<string, Comparison>();
  const ofAnotherEngine = new Set<string>();
  const explanations = createExplanations(host);
  let started = 0;

  const keep = (id: string, comparison: Comparison) => {
    finished.set(id, comparison);
    if (finished.size > KEPT_COMPARISONS) finished.delete(finished.keys().next().value as string);
  };

  const endOf = async (comparisonId: string, result: Result<Comparison>): Promise<ComparisonEnd> => {
    if (!result.ok) {
      return result.failure.code === CANCELLED_CODE
        ? { comparisonId, status: 'cancelled' }
        : { comparisonId, status: 'failed', failure: result.failure };
    }
    const comparison = { ...result.value, id: comparisonId };
    keep(comparisonId, comparison);
    const notKept = await history.keep(comparison);
    return { comparisonId, status: 'done', comparison, ...(notKept ? { notKept } : {}) };
  };

  handle(CHANNELS.listMachines, nothingSchema, () => host.listMachines());

  handle(CHANNELS.startComparison, comparisonRequestSchema, async (request) => {
    if (running.size > 0) return failed('APP-BUSY', 'A comparison is already running.', 'Wait for it or cancel it.');
    const comparisonId = `comparison-${++started}`;
    const controller = new AbortController();
    running.set(comparisonId, controller);
    host
      .compare(request, {
        signal: controller.signal,
        onProgress: (progress) => send(CHANNELS.comparisonProgress, { ...progress, comparisonId }),
      })
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        return failed('APP-UNEXPECTED', `Something unexpected happened: ${message}`, 'Run the comparison again.');
      })
      .then(async (result) => {
        const end = await endOf(comparisonId, result);
        running.delete(comparisonId);
        send(CHANNELS.comparisonEnd, end);
      });
    return { ok: true, value: { comparisonId } };
  });

  handle(CHANNELS.cancelComparison, comparisonIdSchema, async (comparisonId) => {
    running.get(comparisonId)?.abort();
    return { ok: true, value: null };
  });

  handle(CHANNELS.explainNumber, numberRequestSchema, async (request) => {
    const comparison = finished.get(request.comparisonId);
    if (!comparison) return noLongerKept();
    if (ofAnotherEngine.has(request.comparisonId)) {
      return failed(
        'APP-OTHER-ENGINE',
        'Another build of the engine computed this run: running it again may count other cycles.',
        'Run the comparison again with this build, then ask again.',
      );
    }
    return explanations.explain(comparison, request);
  });

  registerHistoryHandlers(handle, history, (comparison, isOfThisEngine) => {
    keep(comparison.id, comparison);
    if (!isOfThisEngine) ofAnotherEngine.add(comparison.id);
  });

  handle<string, SavedFiles | null>(CHANNELS.exportCsv, comparisonIdSchema, async (comparisonId) => {
    const comparison = finished.get(comparisonId);
    if (!comparison) return noLongerKept();
    const folder = await dialogs.askFolder();
    return folder === null ? { ok: true, value: null } : host.saveCsv(comparison, folder);
  });

  handle(CHANNELS.exportPng, pngExportSchema, async ({ suggestedName, png }) => {
    const path = await dialogs.askFile(suggestedName);
    if (path === null) return { ok: true, value: null };
    const written = await writeFile(path, png);
    return written.ok ? { ok: true, value: { paths: [written.value] } } : written;
  });

  return {
    cancelAll() {
      for (const controller of running.values()) controller.abort();
      explanations.cancelAll();
      history.close();
    },
  };
}

function noLongerKept() {
  return failed('APP-NO-COMPARISON', 'This comparison is no longer kept.', 'Run it again, then ask again.');
}
