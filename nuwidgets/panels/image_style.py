"""What the image panel alone looks like, beside the look of all panels."""

from __future__ import annotations

IMAGE_STYLE = """<style>
.nuw-tiles{gap:4px 16px;flex-wrap:wrap;align-items:flex-start}
.nuw-tiles>.nuw-row{flex:0 1 auto;min-width:0;align-items:flex-start}
.nuw-tile-head,.nuw-tile-head>.widget-html-content{height:20px;line-height:20px;font-size:12px;
 white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.nuw-tile .nuw-image .nuw-percents,.nuw-tile .nuw-image .nuw-ramp svg{display:none}
.nuw-tile .nuw-image .nuw-ramp{height:14px}
.nuw-switches{gap:2px 0}.nuw-panel .nuw-switches button,.nuw-panel .nuw-ways button{height:26px;
 line-height:24px;padding:0 8px;margin:1px;box-shadow:none}
.nuw-panel :is(.nuw-switches,.nuw-ways) button.mod-active{
 background:var(--jp-brand-color3,#bbdefb);color:var(--jp-ui-font-color0,#000)}
[data-jp-theme-light="false"] .nuw-panel :is(.nuw-switches,.nuw-ways) button.mod-active{
 background:#1565c0;color:#fff}
[data-jp-theme-light="false"] .nuw-panel .nuw-image select{background-image:none}
</style>"""
