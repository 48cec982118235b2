"""Browser parts that know no X-rays: an image with regions, curves with a brush."""
