// The browser side of the dashboard. Elements <athena-chart> and <athena-editor> fetch their code when one is on the
// page; everything else here is small and always present.
import { dialog } from './dialog';
import { startClipboard } from './clipboard';
import { startConnection } from './reconnect';
import { startDrawer } from './drawer';
import { startKeys } from './keys';
import { startPalette } from './palette';
import { startTheme } from './theme';
import { startTime, zone } from './time';
import { startTips } from './tips';
import { defineWhenSeen } from './elements';

declare global {
  interface Window {
    /** Plain functions for Blazor's interop. */
    athena: { dialog: typeof dialog; zone: typeof zone };
  }
}

window.athena = { dialog, zone };

startTheme();
startTime();
startKeys();
startPalette();
startDrawer();
startClipboard();
startTips();
defineWhenSeen('athena-chart', async () => (await import('./charts')).AthenaChart);
defineWhenSeen('athena-editor', async () => (await import('./editor')).AthenaEditor);
startConnection();
