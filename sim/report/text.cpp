#include "sim/report/text.hpp"

#include <algorithm>

namespace spikeloom {
namespace {

constexpr std::size_t kColumns = 100;

std::string wrapped(const std::string& text) {
  const std::string indent(15, ' ');
  std::string result, line;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (!line.empty() && line.size() + 1 + word.size() > kColumns) {
      result += line + '\n';
      line = indent + word;
    } else {
      line += (at == 0 ? "" : " ") + word;
    }
    at = end + 1;
  }
  return result + line;
}

}  // namespace

std::string wrap_long_lines(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    result += (line.size() > kColumns ? wrapped(line) : line) + '\n';
    at = end + 1;
  }
  return result;
}

std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    const auto code = static_cast<unsigned char>(c);
    if ((code < 0x20 && c != '\n') || code == 0x7F) c = '?';
  }
  return result;
}

std::string escaped_markup(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string shortened(const std::string& text, std::size_t columns) {
  if (text.size() <= columns) return text;
  const auto splits = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  std::size_t head = columns / 2 - 1, tail = text.size() - (columns - 2 - head);
  while (head > 0 && splits(head)) --head;
  while (tail < text.size() && splits(tail)) ++tail;
  return text.substr(0, head) + ".." + text.substr(tail);
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

}  // namespace spikeloom
