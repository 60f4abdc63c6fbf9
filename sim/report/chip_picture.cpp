// The chip as a picture: a tile per square, darker for more energy, labelled with what lives there.

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/run_result.hpp"
#include "sim/report/si_format.hpp"
#include "sim/report/text.hpp"

namespace spikeloom {
namespace {

constexpr int kPitch = 64, kTile = 54, kMargin = 16, kHeader = 34, kLegend = 40;

struct Colour {
  int red, green, blue;
};

// From near white to deep blue: one hue, so that it reads in grey print too.
Colour heat(double share) {
  const auto mix = [share](int low, int high) {
    return static_cast<int>(low + share * (high - low));
  };
  return {mix(240, 12), mix(244, 58), mix(250, 125)};
}

std::string square(const TileFigures& tile, double share, std::uint32_t height) {
  const int x = kMargin + static_cast<int>(tile.position.x) * kPitch;
  const int y = kHeader + static_cast<int>(height - 1 - tile.position.y) * kPitch;
  const Colour fill = heat(share);
  std::string text = fmt::format(
      "<g><title>tile ({}, {}): {} neurons of {}, {}</title>"
      "<rect x='{}' y='{}' width='{}' height='{}' rx='6' fill='#{:02x}{:02x}{:02x}' "
      "stroke='#8a94a6'/>",
      tile.position.x,
      tile.position.y,
      tile.neurons,
      tile.populations.empty() ? "nothing" : escaped_markup(tile.populations),
      si(tile.dynamic.value(), "J"),
      x,
      y,
      kTile,
      kTile,
      fill.red,
      fill.green,
      fill.blue);
  if (tile.neurons > 0)
    text += fmt::format(
        "<text x='{}' y='{}' text-anchor='middle' font-size='10' fill='{}'>{}</text>"
        "<text x='{}' y='{}' text-anchor='middle' font-size='13' fill='{}'>{}</text>",
        x + kTile / 2,
        y + 20,
        share > 0.5 ? "#fff" : "#333",
        escaped_markup(tile.populations.substr(0, 9)),
        x + kTile / 2,
        y + 38,
        share > 0.5 ? "#fff" : "#111",
        tile.neurons);
  return text + "</g>\n";
}

std::string links(std::uint32_t width, std::uint32_t height) {
  std::string text = "<g stroke='#b4bccb' stroke-width='3'>";
  for (std::uint32_t y = 0; y < height; ++y)
    text += fmt::format("<line x1='{}' x2='{}' y1='{}' y2='{}'/>",
                        kMargin + kTile / 2,
                        kMargin + kTile / 2 + static_cast<int>(width - 1) * kPitch,
                        kHeader + kTile / 2 + static_cast<int>(y) * kPitch,
                        kHeader + kTile / 2 + static_cast<int>(y) * kPitch);
  for (std::uint32_t x = 0; x < width; ++x)
    text += fmt::format("<line x1='{}' x2='{}' y1='{}' y2='{}'/>",
                        kMargin + kTile / 2 + static_cast<int>(x) * kPitch,
                        kMargin + kTile / 2 + static_cast<int>(x) * kPitch,
                        kHeader + kTile / 2,
                        kHeader + kTile / 2 + static_cast<int>(height - 1) * kPitch);
  return text + "</g>\n";
}

}  // namespace

std::string chip_picture(const RunResult& result) {
  double hottest = 0.0;
  for (const TileFigures& tile : result.tiles) hottest = std::max(hottest, tile.dynamic.value());
  const int width = 2 * kMargin + static_cast<int>(result.width) * kPitch;
  const int height = kHeader + static_cast<int>(result.height) * kPitch + kLegend;
  std::string text = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {} {}' font-family='sans-serif'>\n"
      "<rect width='{}' height='{}' fill='#fff'/>\n"
      "<text x='{}' y='22' font-size='15' font-weight='bold' fill='#111'>Energy and neurons per "
      "tile</text>\n",
      width,
      height,
      width,
      height,
      kMargin);
  text += links(result.width, result.height);
  for (const TileFigures& tile : result.tiles)
    text += square(tile, hottest > 0 ? tile.dynamic.value() / hottest : 0.0, result.height);
  text += fmt::format(
      "<text x='{}' y='{}' font-size='12' fill='#333'>{} samples; darkest tile: {} dynamic, idle "
      "tiles white</text>\n</svg>\n",
      kMargin,
      height - 16,
      result.samples,
      si(hottest, "J"));
  return text;
}

}  // namespace spikeloom
