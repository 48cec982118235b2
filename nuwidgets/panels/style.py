"""The look of the panels: JupyterLab's own colours, so that light and dark both work."""

from __future__ import annotations

STYLE = """<style>
.nuw-panel{border:1px solid var(--jp-border-color2,#ccc);border-radius:6px;padding:8px 12px 6px;
 margin:0 0 8px;background:var(--jp-layout-color1,#fff);color:var(--jp-ui-font-color1,#222);
 min-width:440px;box-sizing:border-box;overflow:hidden;contain:layout paint}
.nuw-panel>.nuw-head{gap:0 12px;min-height:30px;flex-wrap:wrap;align-items:center;overflow:visible}
.nuw-title{font-weight:600;font-size:14px;color:var(--jp-ui-font-color1,#222)}
.nuw-state{font-size:12px;white-space:nowrap}
.nuw-fresh{color:var(--jp-success-color0,#1b5e20)}.nuw-stale{color:#8a4b00}
.nuw-failed{color:var(--jp-error-color0,#b71c1c)}.nuw-running{color:var(--jp-brand-color0,#0d47a1)}
.nuw-empty{color:var(--jp-ui-font-color2,#555)}.nuw-kept{color:var(--jp-success-color0,#1b5e20)}
[data-jp-theme-light="false"] :is(.nuw-fresh,.nuw-kept){color:#81c784}
[data-jp-theme-light="false"] .nuw-stale{color:#ffb74d}
[data-jp-theme-light="false"] .nuw-failed{color:#ef9a9a}
[data-jp-theme-light="false"] .nuw-running{color:#90caf9}
.nuw-message{font-size:12px;line-height:1.45;color:var(--jp-error-color1,#d32f2f);min-height:18px}
[data-jp-theme-light="false"] .nuw-message{color:#ef9a9a}
.nuw-message .nuw-warned{color:#8a4b00}
[data-jp-theme-light="false"] .nuw-message .nuw-warned{color:#ffb74d}
.nuw-message pre{font-size:12px;margin:0;background:none;color:inherit;white-space:pre-wrap}
.nuw-note{font-size:12px;line-height:1.45;color:var(--jp-ui-font-color2,#555)}
.nuw-approximate{font-size:12px;color:#8a4b00}
[data-jp-theme-light="false"] .nuw-approximate{color:#ffb74d}
.nuw-panel .widget-checkbox input[type=checkbox]{margin-top:0;margin-bottom:0;vertical-align:-2px;
 accent-color:var(--jp-brand-color1,#1976d2)}
[data-jp-theme-light="false"] .nuw-panel select{background-image:url("data:image/svg+xml,\
%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E%3Cpath fill='%23ddd' \
d='M5.2 5.9 9 9.7l3.8-3.8L14 7.1l-5 5-5-5z'/%3E%3C/svg%3E")}
.nuw-big{font-size:15px;font-variant-numeric:tabular-nums}
.nuw-cells{border-collapse:collapse}
.nuw-cells :is(td,th){padding:0 18px 0 0;line-height:1.6;text-align:right;font-weight:400}
.nuw-cells th{font-weight:600}.nuw-cells :is(td,th):first-child{text-align:left}
.nuw-row{gap:4px;flex-wrap:wrap;align-items:center}
.nuw-together{gap:4px;flex:none;align-items:center;overflow:visible}
.nuw-num{font-size:12px;font-variant-numeric:tabular-nums;white-space:nowrap;
 color:var(--jp-ui-font-color1,#222)}
.nuw-old .nuw-curve,.nuw-old .nuw-big,.nuw-old .nuw-flux{opacity:.55}
.nuw-label{font-size:12px;font-weight:600;color:var(--jp-ui-font-color1,#222)}
.nuw-session>.nuw-table-host{width:auto}
.nuw-panel .nuw-more{order:1;height:26px;line-height:24px;margin:0;padding:0 8px}
.nuw-bar .nuw-message:has(.widget-html-content:empty){display:none}
.nuw-bench>.nuw-bar,.nuw-bench>.nuw-finder{flex:1 1 100%;max-width:1810px}
.nuw-bench,.nuw-pair{gap:0 10px;flex-wrap:wrap;align-items:flex-start}
.nuw-column{flex:1 1 680px;min-width:440px;max-width:900px}.nuw-column>.nuw-panel{width:auto}
.nuw-many>.nuw-column{flex-basis:590px}
.nuw-sentence{font-size:13px;font-variant-numeric:tabular-nums;line-height:1.5;margin:2px 0;
 color:var(--jp-ui-font-color1,#222)}
.nuw-sentence code{font-size:12px}
.nuw-sentence>.widget-html-content{line-height:1.5}
.nuw-ticks{gap:0 12px;align-items:center}.nuw-acts{gap:4px 8px;margin:4px 0}
.nuw-head-word{display:block;text-align:right;font-size:13px;color:var(--jp-ui-font-color1,#222)}
.nuw-aged{opacity:.55}
.nuw-lines{max-height:184px;overflow:auto;margin:2px 0}
.nuw-fare{display:flex;flex-wrap:wrap;gap:0 10px;align-items:center;font-size:12px;line-height:23px}
.nuw-fare .nuw-state{flex:0 0 92px}.nuw-obs{flex:0 0 88px;font-variant-numeric:tabular-nums}
.nuw-says{flex:1 1 240px;font-variant-numeric:tabular-nums;line-height:1.5}
.nuw-track{flex:0 0 140px;height:6px;border-radius:3px;overflow:hidden;
 background:var(--jp-layout-color3,#ddd)}
.nuw-done{display:block;height:100%;border-radius:3px;background:currentColor;opacity:.8}
.nuw-panel>.widget-hbox>.mod-danger{flex:none}
.nuw-aged .nuw-curve{opacity:1}.nuw-found>.nuw-table-host{width:auto;margin:2px}
.nuw-shelf>.nuw-table-host{width:auto;margin:2px}.nuw-care{flex:1 1 240px;min-height:20px}
.nuw-care>.widget-html-content{line-height:1.45}
.nuw-fold{background:none;text-align:left;font-weight:600;width:auto;padding:0 6px}
.nuw-folded{height:0;overflow:hidden;visibility:hidden}
.nuw-fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(246px,1fr));gap:0 10px;
 align-items:start;overflow:visible}
.nuw-field{flex-wrap:wrap;align-items:center;overflow:visible}
.nuw-wide{grid-column:1/-1}
.nuw-field>*,.nuw-field input,.nuw-field select{min-width:0}
.nuw-field .widget-label,.nuw-field .widget-label-basic{font-size:12px}
.nuw-more-fields{max-height:320px;overflow:auto}
.nuw-chosen .widget-label{font-weight:600;color:var(--jp-brand-color0,#0d47a1)}
[data-jp-theme-light="false"] .nuw-chosen .widget-label{color:#90caf9}
.nuw-panel .nuw-back{height:24px;line-height:22px;padding:0;margin:2px 0;background:none}
.nuw-refused{flex:1 1 220px;font-size:12px;line-height:1.4;color:var(--jp-error-color1,#d32f2f)}
.nuw-refused>.widget-html-content{line-height:1.4}
[data-jp-theme-light="false"] .nuw-refused{color:#ef9a9a}
.nuw-report{font-size:12px;line-height:1.55;color:var(--jp-ui-font-color1,#222);margin:2px 0}
.nuw-report .nuw-state{margin:0 6px}
.nuw-trouble{border-left:3px solid var(--jp-error-color1,#d32f2f);padding:1px 0 1px 8px;
 margin:2px 0 4px}
.nuw-report code{font-size:12px;color:inherit;background:var(--jp-layout-color2,#eee);
 padding:1px 4px;border-radius:3px;overflow-wrap:anywhere}
.nuw-report pre{font-size:12px;line-height:1.4;margin:2px 0;padding:4px 8px;max-height:220px;
 overflow:auto;color:inherit;background:var(--jp-layout-color0,#fff);
 border:1px solid var(--jp-border-color2,#ccc);border-radius:4px;white-space:pre-wrap}
.nuw-report summary{cursor:pointer;color:var(--jp-ui-font-color2,#555)}
.nuw-files{columns:220px;margin:2px 0;padding-left:18px;overflow-wrap:anywhere}
:is(.nuw-note,.nuw-message)>.widget-html-content{line-height:1.45}
.nuw-report-host{max-height:320px;overflow:auto}
.nuw-beside{flex:1 1 300px;min-width:0;align-items:center}
.nuw-beside>:not(.widget-html){flex:none}
.nuw-beside>.widget-html{flex:1 1 auto;min-width:0;margin:0 6px;overflow:hidden}
.nuw-beside .widget-html-content{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
</style>"""
