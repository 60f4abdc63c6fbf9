// The chip as a picture: a tile per square, darker for more energy, labelled with what lives there;
// a line per link and direction, redder for more load. Its size grows by some 300 bytes a tile.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/chip/grid.hpp"
#include "sim/report/run_result.hpp"
#include "sim/report/si_format.hpp"
#include "sim/report/text.hpp"

namespace spikeloom {
namespace {

struct Colour {
  int red, green, blue;
};
Colour mixed(Colour low, Colour high, double share) {
  const auto mix = [share](int a, int b) { return static_cast<int>(a + share * (b - a)); };
  return {mix(low.red, high.red), mix(low.green, high.green), mix(low.blue, high.blue)};
}
std::string hex(Colour c) { return fmt::format("#{:02x}{:02x}{:02x}", c.red, c.green, c.blue); }

// From near white to deep blue, and from sand to deep red: each grows darker, also in grey print.
std::string tile_colour(double share) { return hex(mixed({240, 244, 250}, {12, 58, 125}, share)); }
std::string link_colour(double share) { return hex(mixed({240, 200, 120}, {140, 10, 20}, share)); }
constexpr const char* kIdleLink = "#ccd3df";
constexpr const char* kDead = "#8a94a6";

constexpr std::size_t kLinkLevels = 8;   ///< shades of links that carried something
constexpr std::uint32_t kLabelled = 16;  ///< chips up to this many columns and rows have labels
constexpr std::size_t kTitleColumns = 80, kLabelColumns = 9;

struct Point {
  double x, y;
};

// East and south are positive, as in SVG.
Point direction_of(Port link) {
  constexpr std::array<Point, kLinkCount> kDirections = {
      {{1, 0}, {1, -1}, {0, -1}, {-1, 0}, {-1, 1}, {0, 1}}};
  return kDirections[index_of(link)];
}

/// Where tiles and links lie.
class Layout {
 public:
  explicit Layout(const Topology& topology) : topology_(topology) {
    const bool labelled = has_labels();
    tile_ = labelled ? 54 : 16;
    gap_ = labelled ? 26 : 12;
    chip_gap_ = topology.chips() > 1 ? gap_ : 0;
    text_ = std::max(13.0, (right() + gap_) / 60);
  }
  bool has_labels() const { return std::max(topology_.width, topology_.height) <= kLabelled; }
  double tile() const { return tile_; }
  double gap() const { return gap_; }
  double text() const { return text_; }                 ///< size of letters of title and legend
  double lane() const { return has_labels() ? 4 : 2; }  ///< of a link's direction, from its middle
  double width() const { return std::max(right() + gap_, 34 * text_); }
  double legend_top() const { return bottom() + 1.4 * gap_; }
  double height() const { return legend_top() + 5.5 * text_; }
  Point corner(TilePosition at) const { return {column(at.x), row(at.y)}; }
  Point middle(TilePosition at) const { return {column(at.x) + tile_ / 2, row(at.y) + tile_ / 2}; }
  double column(std::uint32_t x) const { return gap_ * 1.2 + offset(x, topology_.chip_width); }
  double row(std::uint32_t y) const {
    // North is up; chips are counted from the south, so gaps are taken from the whole.
    return 2.5 * text_ + gap_ + offset(topology_.height - 1, topology_.chip_height) -
           offset(y, topology_.chip_height);
  }

 private:
  double offset(std::uint32_t index, std::uint32_t of_chip) const {
    return index * (tile_ + gap_) + (of_chip == 0 ? 0 : index / of_chip * chip_gap_);
  }
  double right() const { return column(topology_.width - 1) + tile_; }
  double bottom() const { return row(0) + tile_; }

  const Topology& topology_;
  double tile_, gap_, chip_gap_, text_ = 13;
};

std::string cross(Point at, double size) {
  return fmt::format("M{:.0f} {:.0f}l{:.0f} {:.0f}m0 {:.0f}l{:.0f} {:.0f}",
                     at.x - size / 2,
                     at.y - size / 2,
                     size,
                     size,
                     -size,
                     -size,
                     size);
}

// One direction of a link: from edge to edge, beside the middle. A wrap-around is a stub.
std::string lane(const Layout& layout, TilePosition from, TilePosition to, Port link) {
  const Point d = direction_of(link), start = layout.middle(from), end = layout.middle(to);
  const double edge = layout.tile() / 2;
  const double aside = layout.lane() / std::hypot(d.x, d.y);
  const auto ahead = [](double a, double b, double way) { return way * (b - a) > 0 || way == 0; };
  const bool wraps = !ahead(start.x, end.x, d.x) || !ahead(start.y, end.y, d.y);
  const double stub = layout.gap() * 0.7;
  const double x = wraps ? d.x * stub : end.x - start.x - 2 * edge * d.x;
  const double y = wraps ? d.y * stub : end.y - start.y - 2 * edge * d.y;
  return fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}",
                     start.x + edge * d.x - aside * d.y,
                     start.y + edge * d.y + aside * d.x,
                     x,
                     y);
}

std::string line_group(const std::string& path, const std::string& colour, double width) {
  if (path.empty()) return "";
  return fmt::format(
      "<path fill='none' stroke='{}' stroke-width='{}' d='{}'/>\n", colour, width, path);
}

// All links of a shade are one path, so that large chips stay small files.
std::string links(const RunResult& r, const Grid& grid, const Layout& layout) {
  std::string idle;
  std::array<std::string, kLinkLevels> shades;
  const double most = r.traffic.worst_link_busy * static_cast<double>(r.latency.cycles);
  for (const TileFigures& tile : r.tiles)
    for (std::uint32_t l = 0; l < kLinkCount; ++l) {
      const auto link = static_cast<Port>(l);
      const auto next = grid.neighbour(r.topology.tile_at(tile.position), link);
      if (!next) continue;
      const double busy = static_cast<double>(tile.links[l].busy_cycles);
      const double level = most > 0 ? std::ceil(busy / most * kLinkLevels) : 0;
      std::string& path =
          level < 1 ? idle : shades[std::min(static_cast<std::size_t>(level), kLinkLevels) - 1];
      path += lane(layout, tile.position, r.topology.position_of(*next), link);
    }
  const double width = layout.lane();
  std::string text = line_group(idle, kIdleLink, width / 2);
  for (std::size_t s = 0; s < kLinkLevels; ++s)
    text += line_group(shades[s], link_colour(static_cast<double>(s) / (kLinkLevels - 1.0)), width);
  return text;
}

std::string dead_links(const Topology& topology, const Layout& layout) {
  std::string path;
  for (const DeadLink& dead : topology.dead_links) {
    const Point d = direction_of(dead.link), from = layout.middle(dead.tile);
    const double way = (layout.tile() + layout.gap()) / 2;
    path += cross({from.x + d.x * way, from.y + d.y * way}, layout.gap() / 2);
  }
  return line_group(path, kDead, 2);
}

std::string sent_over_links(const TileFigures& tile) {
  std::string text;
  for (std::uint32_t l = 0; l < kLinkCount; ++l)
    if (tile.links[l].packets > 0)
      text += fmt::format("{} {} {}",
                          text.empty() ? "; sent" : ",",
                          name_of(static_cast<Port>(l)),
                          tile.links[l].packets);
  return text;
}

std::string title(const TileFigures& tile) {
  const std::string place = fmt::format("tile ({}, {})", tile.position.x, tile.position.y);
  const std::string content =
      tile.neurons == 0 ? ""
                        : fmt::format(": {} neurons of {}",
                                      tile.neurons,
                                      escaped_markup(shortened(tile.populations, kTitleColumns)));
  return fmt::format("<title>{}{}, {}{}</title>",
                     place,
                     content,
                     si(tile.dynamic.value(), "J"),
                     sent_over_links(tile));
}

std::string label(const TileFigures& tile, Point corner, double share, const Layout& layout) {
  if (tile.neurons == 0 || !layout.has_labels()) return "";
  const double x = corner.x + layout.tile() / 2;
  return fmt::format(
      "<g text-anchor='middle' fill='{}'><text x='{:.0f}' y='{:.0f}' font-size='10'>{}</text>"
      "<text x='{:.0f}' y='{:.0f}' font-size='13'>{}</text></g>",
      share > 0.5 ? "#fff" : "#111",
      x,
      corner.y + 20,
      escaped_markup(shortened(tile.populations, kLabelColumns)),
      x,
      corner.y + 38,
      tile.neurons);
}

std::string square(const TileFigures& tile, double share, const Layout& layout) {
  const Point corner = layout.corner(tile.position);
  return fmt::format(
      "<g>{}<rect x='{:.0f}' y='{:.0f}' width='{}' height='{}' rx='{:.0f}' fill='{}' "
      "stroke='{}'/>{}</g>\n",
      title(tile),
      corner.x,
      corner.y,
      layout.tile(),
      layout.tile(),
      layout.tile() / 9,
      tile_colour(share),
      kDead,
      label(tile, corner, share, layout));
}

std::string dead_tile(TilePosition at, const Layout& layout) {
  const Point corner = layout.corner(at);
  return fmt::format(
      "<g><title>tile ({}, {}): dead</title><rect x='{:.0f}' y='{:.0f}' width='{}' height='{}' "
      "fill='#fff' stroke='{}' stroke-dasharray='3'/>{}</g>\n",
      at.x,
      at.y,
      corner.x,
      corner.y,
      layout.tile(),
      layout.tile(),
      kDead,
      line_group(cross(layout.middle(at), layout.tile() / 3), kDead, 2));
}

std::string tiles(const RunResult& r, const Grid& grid, const Layout& layout, Joules hottest) {
  std::string text;
  for (const TileFigures& tile : r.tiles)
    if (!grid.is_alive(r.topology.tile_at(tile.position)))
      text += dead_tile(tile.position, layout);
    else
      text +=
          square(tile, hottest.value() > 0 ? tile.dynamic.value() / hottest.value() : 0.0, layout);
  return text;
}

// A frame around every chip of a board.
std::string frames(const Topology& t, const Layout& layout) {
  if (t.chips() == 1) return "";
  const std::uint32_t width = t.chip_width == 0 ? t.width : t.chip_width;
  const std::uint32_t height = t.chip_height == 0 ? t.height : t.chip_height;
  std::string text = fmt::format("<g fill='none' stroke='{}' stroke-dasharray='6 4'>", kDead);
  const double rim = layout.gap() * 0.8;
  for (std::uint32_t y = 0; y < t.height; y += height)
    for (std::uint32_t x = 0; x < t.width; x += width) {
      const Point low = layout.corner({x, y}),
                  high = layout.corner({x + width - 1, y + height - 1});
      text += fmt::format("<rect x='{:.0f}' y='{:.0f}' width='{:.0f}' height='{:.0f}' rx='8'/>",
                          low.x - rim,
                          high.y - rim,
                          high.x - low.x + layout.tile() + 2 * rim,
                          low.y - high.y + layout.tile() + 2 * rim);
    }
  return text + "</g>\n";
}

std::string scale(double y, const Layout& layout, std::string (*colour)(double)) {
  std::string text;
  const double step = layout.text();
  for (std::size_t s = 0; s < kLinkLevels; ++s)
    text += fmt::format("<rect x='{:.0f}' y='{:.0f}' width='{:.0f}' height='{:.0f}' fill='{}'/>",
                        layout.gap() + static_cast<double>(s) * step,
                        y - 0.8 * step,
                        step + 1,
                        step,
                        colour(static_cast<double>(s) / (kLinkLevels - 1.0)));
  return text;
}

std::string legend_line(double y, const Layout& layout, double indent, const std::string& words) {
  return fmt::format("<text x='{:.0f}' y='{:.0f}' font-size='{:.0f}' fill='#333'>{}</text>\n",
                     layout.gap() + indent,
                     y,
                     layout.text(),
                     words);
}

std::string notes(const Topology& t) {
  std::string words = "A link is two lanes; packets keep to the right.";
  if (t.wraps()) words += " What leaves at a rim comes back at the other.";
  return words;
}

std::string legend(const RunResult& r, const Layout& layout, Joules hottest) {
  const double size = layout.text(), top = layout.legend_top() + size;
  const double indent = (kLinkLevels + 1) * size;
  return scale(top, layout, tile_colour) +
         legend_line(
             top, layout, indent, "tile: dynamic energy, 0 to " + si(hottest.value(), "J")) +
         scale(top + 1.6 * size, layout, link_colour) +
         legend_line(top + 1.6 * size,
                     layout,
                     indent,
                     fmt::format("link: busy up to {:.3g} % of the time; grey: no packet",
                                 100 * r.traffic.worst_link_busy)) +
         legend_line(top + 3.2 * size, layout, 0, notes(r.topology));
}

}  // namespace

std::string chip_picture(const RunResult& result) {
  const Grid grid(result.topology);
  const Layout layout(result.topology);
  Joules hottest;
  for (const TileFigures& tile : result.tiles) hottest = std::max(hottest, tile.dynamic);
  std::string text = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' width='{0:.0f}' viewBox='0 0 {0:.0f} {1:.0f}' "
      "font-family='sans-serif'>\n<rect width='{0:.0f}' height='{1:.0f}' fill='#fff'/>\n"
      "<text x='{2:.0f}' y='{3:.0f}' font-size='{4:.0f}' font-weight='bold' fill='#111'>Energy and "
      "neurons per tile, load of links</text>\n",
      layout.width(),
      layout.height(),
      layout.gap(),
      1.6 * layout.text(),
      1.15 * layout.text());
  text += frames(result.topology, layout) + links(result, grid, layout) +
          tiles(result, grid, layout, hottest) + dead_links(result.topology, layout) +
          legend(result, layout, hottest);
  return text + "</svg>\n";
}

}  // namespace spikeloom
