// The system's dialogs for where an export goes. Null means the person closed it.
import type { BrowserWindow } from 'electron';
import { dialog } from 'electron';

export interface SaveDialogs {
  askFolder(): Promise<string | null>;
  askFile(suggestedName: string): Promise<string | null>;
}

/** Dialogs that belong to a window. */
export function systemDialogs(window: () => BrowserWindow): SaveDialogs {
  return {
    async askFolder() {
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        title: 'Export runs.csv and phases.csv into a folder',
        buttonLabel: 'Export here',
        properties: ['openDirectory', 'createDirectory'],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    async askFile(suggestedName) {
      const { canceled, filePath } = await dialog.showSaveDialog(window(), {
        title: 'Export charts as PNG',
        defaultPath: suggestedName,
        filters: [{ name: 'PNG picture', extensions: ['png'] }],
      });
      return canceled || !filePath ? null : filePath;
    },
  };
}
