"""What the fit panel alone looks like, beside the look of all panels."""

from __future__ import annotations

FIT_STYLE = """<style>
.nuw-panel .nuw-small{height:22px;line-height:20px;padding:0 6px;font-size:11px;margin:1px}
.nuw-panel .nuw-small:disabled{opacity:.45}
.nuw-row>.nuw-error{flex:none;margin-right:0}.nuw-error>.widget-html-content{line-height:13px}
.nuw-error .nuw-num{font-size:11px}
.nuw-model-line{align-items:flex-start;gap:4px;flex-wrap:wrap}
.nuw-panel .nuw-model-line>.nuw-more{order:0;height:28px;line-height:26px;margin:2px}
.nuw-big small{font-size:12px;color:var(--jp-ui-font-color2,#555)}
.nuw-drawer{margin:0 0 4px 18px;padding:2px 6px;border-left:3px solid var(--jp-border-color2,#ccc)}
.nuw-component{gap:12px;flex-wrap:wrap;align-items:flex-start;min-height:190px}
.nuw-component>.widget-vbox{flex:1 1 380px;min-width:0}
.nuw-definitions{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:4px 0}
.nuw-definitions :is(td,th){padding:0 8px 0 0;text-align:right;font-size:12px;line-height:1.5}
.nuw-definitions :is(td,th):is(:nth-child(1),:nth-child(2)){text-align:left}
.nuw-definitions th{font-weight:600;color:var(--jp-ui-font-color2,#555)}
.nuw-sketch polyline{fill:none;stroke:var(--jp-brand-color1,#1976d2);stroke-width:1.6}
.nuw-sketch .nuw-frame{fill:none;stroke:var(--jp-border-color1,#bbb)}
.nuw-sketch path{stroke:var(--jp-border-color1,#bbb)}
.nuw-sketch text{font-size:10px;text-anchor:middle;fill:var(--jp-ui-font-color1,#222)}
.nuw-falling{display:inline-flex;gap:8px;align-items:center;font-size:12px;
 font-variant-numeric:tabular-nums;color:var(--jp-ui-font-color1,#222)}
.nuw-falling polyline{fill:none;stroke:var(--jp-brand-color1,#1976d2);stroke-width:1.5}
.nuw-rows-table>.nuw-table-host{width:auto}
</style>"""
