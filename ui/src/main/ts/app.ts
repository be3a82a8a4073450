import baseCss from './base/base.css';
import partsCss from './base/parts.css';
import tokensCss from './base/tokens.css';
import shellCss from './shell/shell.css';
import eventsCss from './events/events.css';
import flowCss from './flow/flow.css';
import listCss from './runs/list.css';
import logCss from './run/log.css';
import rowsCss from './run/rows.css';
import artifactsCss from './run/artifacts.css';
import runCss from './run/run.css';
import pagesCss from './base/pages.css';
import { feed } from './api/feed';
import './base/announce';
import './base/copy';
import { adopt } from './base/element';
import './base/json-tree';
import { startKeys } from './base/keys';
import { startRouter } from './base/router';
import { startTheme } from './base/theme';
import './base/time';
import './base/virtual-list';
import './about/about-page';
import './crons/cron-page';
import './crons/crons-page';
import './events/event-page';
import './events/events-page';
import './flow/flow-page';
import './run/run-page';
import './runs/compare-page';
import './runs/runs-page';
import './sensors/sensor-page';
import './sensors/sensors-page';
import './shell/app';
import { startStatus } from './shell/status';
import './sources/source-page';
import './sources/sources-page';
import './templates/template-page';
import './templates/templates-page';

adopt(
    tokensCss,
    baseCss,
    partsCss,
    shellCss,
    listCss,
    eventsCss,
    flowCss,
    runCss,
    logCss,
    rowsCss,
    artifactsCss,
    pagesCss,
);
startTheme();
startRouter();
startKeys();
startStatus();
feed.start();
document.body.append(document.createElement('t-app'));
