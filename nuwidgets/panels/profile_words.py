"""What a radial profile says, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.profile import Profile


def profile_words(name: str, profile: Profile, radius_arcsec: float | None) -> str:
    """Say what a profile shows, and how good the circle of now is.

    Parameters
    ----------
    name : str
        Of the dataset.
    profile : Profile
        What is said.
    radius_arcsec : float or None
        Radius of the source circle; None where the source is no circle.
    """
    fit, best = profile.fit, profile.best_arcsec
    if best is None or profile.best is None:
        return (
            f"{name}: no source is seen, {fit.source_counts:.0f} ± {fit.source_error:.0f} counts."
        )
    holds = 100 * profile.enclosed_at(best)
    level = float(fit.background(best))
    said = (
        f"{name}: best at {best:.0f} arcsec, S/N {profile.snr[profile.best]:.1f}, holding"
        f" {holds:.0f} % of {fit.source_counts:,.0f} ± {fit.source_error:,.0f} source counts;"
        f" background {level:.3g} counts arcsec⁻²."
    )
    if radius_arcsec is None or radius_arcsec > profile.radius_arcsec[-1]:
        return said
    now = float(np.interp(radius_arcsec, profile.radius_arcsec, profile.snr))
    return f"{said} Now {radius_arcsec:.0f} arcsec: S/N {now:.1f}."
