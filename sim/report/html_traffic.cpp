// What packets and steps did, as tables of the report page.

#include <fmt/format.h>

#include <algorithm>

#include "models/chip/grid.hpp"
#include "sim/report/html_sections.hpp"
#include "sim/report/si_format.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kShownRows = 5;

std::string table(const std::string& heads, const std::string& rows) {
  return "<div class='scroll'><table><tr>" + heads + "</tr>" + rows + "</table></div>";
}

std::string words_table(const std::string& heads, const std::string& rows) {
  return "<div class='scroll'><table class='words'><tr>" + heads + "</tr>" + rows +
         "</table></div>";
}

std::string row(const std::string& name, const std::string& value, const std::string& meaning) {
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", name, value, meaning);
}

std::string row(const std::string& name, std::uint64_t count, const std::string& meaning) {
  return row(name, std::to_string(count), meaning);
}

std::string meaning_of_cause(const std::string& cause) {
  if (cause == "late") return "a packet came after its step, or was lost because it was late";
  if (cause == "dropped") return "a packet waited too long for a link, or had none to leave by";
  if (cause == "overrun") return "the core was still busy with the step before";
  if (cause == "overflow") return "a buffer was full, and a packet was lost";
  if (cause == "propagated") return "right by what the neuron got, which had changed before";
  return "nothing that happened on the chip accounts for it: a bug";
}

std::string traffic_rows(const RunResult& r) {
  const TrafficFigures& t = r.traffic;
  std::string rows = row("packets", t.packets, "sent by cores and through the chip's ports") +
                     row("deliveries", t.deliveries, "copies that reached a core") +
                     row("link hops", t.hops, "copies times links crossed") +
                     row("starved cycles",
                         t.starved_cycles,
                         "summed over links: a copy waited for a place behind the link") +
                     row("detoured", t.detoured, "copies that went around a blocked link") +
                     row("dropped", t.dropped, "copies that waited too long or had no way") +
                     row("sent again", t.reinjected, "of those dropped: reinjected") +
                     row("lost", t.lost, "of those dropped: gone for good");
  if (r.real_time)
    rows += row("late", r.real_time->late, "copies booked after their step, or lost for it") +
            row("early", r.real_time->early, "copies booked before their step, by a late core");
  return rows;
}

struct RankedLink {
  TilePosition from;
  Port port;
  const LinkActivity* activity;
};

std::vector<RankedLink> busiest_links(const RunResult& r) {
  std::vector<RankedLink> ranked;
  for (const TileFigures& tile : r.tiles)
    for (std::uint32_t l = 0; l < kLinkCount; ++l)
      if (tile.links[l].packets > 0)
        ranked.push_back({tile.position, static_cast<Port>(l), &tile.links[l]});
  const std::size_t shown = std::min(kShownRows, ranked.size());
  std::stable_sort(ranked.begin(), ranked.end(), [](const RankedLink& a, const RankedLink& b) {
    return a.activity->busy_cycles > b.activity->busy_cycles;
  });
  ranked.resize(shown);
  return ranked;
}

std::string links_table(const RunResult& r) {
  const std::vector<RankedLink> links = busiest_links(r);
  if (links.empty()) return "<p class='note'>No packet crossed a link.</p>";
  const Grid grid(r.topology);
  const auto cycles = static_cast<double>(std::max<std::uint64_t>(1, r.latency.cycles));
  std::string rows;
  for (const RankedLink& link : links)
    rows += fmt::format(
        "<tr><td>({}, {}) {}{}</td><td>{}</td><td>{:.4g}</td><td>{:.2f} %</td><td>{}</td></tr>",
        link.from.x,
        link.from.y,
        name_of(link.port),
        grid.is_between_chips(r.topology.tile_at(link.from), link.port) ? ", to another chip" : "",
        link.activity->packets,
        static_cast<double>(link.activity->packets) / cycles,
        100.0 * static_cast<double>(link.activity->busy_cycles) / cycles,
        link.activity->starved_cycles);
  return table(
      "<th>busiest links</th><th>packets</th><th>a cycle</th><th>busy</th><th>starved cycles</th>",
      rows);
}

std::string queues_table(const RunResult& r) {
  std::vector<const TileFigures*> tiles;
  for (const TileFigures& tile : r.tiles)
    if (tile.worst_queue > 0) tiles.push_back(&tile);
  const std::size_t shown = std::min(kShownRows, tiles.size());
  std::stable_sort(tiles.begin(), tiles.end(), [](const TileFigures* a, const TileFigures* b) {
    return a->worst_queue > b->worst_queue;
  });
  std::string rows;
  for (std::size_t i = 0; i < shown; ++i)
    rows += fmt::format("<tr><td>({}, {})</td><td>{} of {}</td><td>{}</td></tr>",
                        tiles[i]->position.x,
                        tiles[i]->position.y,
                        tiles[i]->worst_queue,
                        r.queue_packets,
                        tiles[i]->packets_sent);
  return rows.empty() ? ""
                      : table(
                            "<th>fullest queues: router of tile</th><th>packets at most</th>"
                            "<th>sent over links</th>",
                            rows);
}

std::string ports_table(const RunResult& r) {
  std::string rows;
  for (const TrafficFigures::IoPort& port : r.traffic.ports)
    rows += fmt::format("<tr><td>({}, {})</td><td>{}</td><td>{}</td></tr>",
                        port.tile.x,
                        port.tile.y,
                        port.packets_in,
                        port.packets_out);
  return rows.empty() ? ""
                      : table(
                            "<th>ports of the chip: at tile</th><th>packets in</th>"
                            "<th>packets out</th>",
                            rows);
}

std::string tick_rows(const RealTimeFigures& t) {
  return row("tick", fmt::format("{} cycles", t.tick_cycles), "fixed length of a step") +
         row("busy",
             fmt::format("{} / {} / {}", t.busy_p50, t.busy_p95, t.busy_max),
             "cycles from a tick until the chip was quiet: median, 95 %, largest") +
         row("utilization",
             fmt::format("{:.1f} %", 100.0 * t.utilization()),
             "of the tick, in the busiest step; 100 %: some step was not over") +
         row("overruns", t.overruns, "ticks that met a core still busy with the step before");
}

}  // namespace

std::string causes_section(const RunResult& r) {
  if (r.comparison.mismatched() == 0) return "";
  std::string rows;
  for (const auto& [cause, count] : r.comparison.by_cause())
    rows += row(cause, count, meaning_of_cause(cause));
  return "<h2>Why they differ</h2>" +
         words_table("<th>cause</th><th>mismatches</th><th>meaning</th>", rows);
}

std::string time_section(const RunResult& r) {
  const LatencyFigures& l = r.latency;
  std::string rows =
      row("whole run",
          fmt::format("{} cycles", l.cycles),
          fmt::format("{}, resets between samples included", si(l.total.value(), "s"))) +
      row("resets", fmt::format("{} cycles", l.reset_cycles), "clearing state before a sample") +
      row("step",
          fmt::format("{} / {} / {}", l.step_p50, l.step_p95, l.step_max),
          "cycles, one to the next: median, 95 %, largest");
  if (r.real_time) rows += tick_rows(*r.real_time);
  const ConfigurationFigures& c = r.configuration;
  rows += row("loading",
              fmt::format("{} cycles", c.cycles),
              fmt::format("{} words of the mapping before the run, {}, {}; in no other figure",
                          c.words,
                          si(c.time.value(), "s"),
                          c.energy ? si(c.energy->value(), "J") : "energy not priced"));
  return "<h2>Time</h2>" + words_table("<th></th><th></th><th></th>", rows);
}

std::string traffic_section(const RunResult& r) {
  return "<h2>Traffic</h2>" +
         words_table("<th></th><th>count</th><th>meaning</th>", traffic_rows(r)) + links_table(r) +
         queues_table(r) + ports_table(r);
}

}  // namespace spikeloom
