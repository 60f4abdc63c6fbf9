#include <doctest/doctest.h>

#include "models/inputs/number_array.hpp"
#include "tests/unit/inputs/array_files.hpp"

using namespace spikeloom;
using namespace spikeloom_test;

namespace {

NumberArray read_file(const std::string& path) {
  ByteSource source(path);
  const bool is_npy = source.peek(1) == "\x93";
  const ArrayHeader header = is_npy ? read_npy_header(source) : read_idx_header(source);
  return read_values(source, header, volume_of(header.shape));
}

std::vector<double> values_of(const NumberArray& array) {
  std::vector<double> values;
  for (std::size_t i = 0; i < array.size(); ++i) values.push_back(array.at(i));
  return values;
}

NumberArray read(const std::string& content) {
  const TemporaryFile file("good.array");
  file.write(content);
  return read_file(file.path());
}

std::string refusal(const std::string& content) {
  return refusal_of(content, [](const std::string& path) { read_file(path); });
}

}  // namespace

TEST_CASE("IDX files of every type are read, big endian") {
  const std::string six("\0\0\0\1\xff\xff\xff\xfe", 8);
  CHECK(values_of(read(idx(0x08, {2}, "\x7f\xff"))) == std::vector<double>{127, 255});
  CHECK(values_of(read(idx(0x09, {2}, "\x7f\xff"))) == std::vector<double>{127, -1});
  CHECK(values_of(read(idx(0x0B, {4}, six))) == std::vector<double>{0, 1, -1, -2});
  CHECK(values_of(read(idx(0x0C, {2}, six))) == std::vector<double>{1, -2});
  CHECK(values_of(read(idx(0x0D, {1}, big_endian(0xC0200000)))) == std::vector<double>{-2.5});
  CHECK(values_of(read(idx(0x0E, {1}, big_endian(0x3FF80000) + big_endian(0)))) ==
        std::vector<double>{1.5});
  CHECK(read(idx({2, 1, 3}, Bytes(6))).header.shape == Shape{2, 1, 3});
}

TEST_CASE("NumPy files of every type, byte order and version are read") {
  const std::string little("\1\0\0\0\xfe\xff\xff\xff", 8);
  const auto values =
      [](const std::string& type, const std::string& shape, const std::string& bytes) {
        return values_of(read(npy(type, "False", shape, bytes)));
      };
  CHECK(values("|b1", "(3,)", std::string("\0\1\2", 3)) == std::vector<double>{0, 1, 1});
  CHECK(values("|u1", "(2,)", "\x7f\xff") == std::vector<double>{127, 255});
  CHECK(values("|i1", "(2,)", "\x7f\xff") == std::vector<double>{127, -1});
  CHECK(values("<i2", "(4,)", little) == std::vector<double>{1, 0, -2, -1});
  CHECK(values("<u2", "(4,)", little) == std::vector<double>{1, 0, 65534, 65535});
  CHECK(values("<i4", "(2,)", little) == std::vector<double>{1, -2});
  CHECK(values("<u4", "(2,)", little) == std::vector<double>{1, 4294967294.0});
  CHECK(values(">i4", "(2,)", little) == std::vector<double>{1 << 24, -16777217});
  CHECK(values("<i8", "(1,)", little) == std::vector<double>{-8589934591.0});
  CHECK(values("<u8", "(1,)", std::string("\2\0\0\0\0\0\0\0", 8)) == std::vector<double>{2});
  CHECK(values("<f4", "(1,)", std::string("\0\0\x20\xC0", 4)) == std::vector<double>{-2.5});
  CHECK(values(">f8", "()", big_endian(0x3FF80000) + big_endian(0)) == std::vector<double>{1.5});
  for (const std::uint8_t version : Bytes{1, 2, 3}) {
    CAPTURE(version);
    const NumberArray array =
        read(npy("{\"shape\":(1,2),\"fortran_order\":True,\"descr\":\"|u1\"}", "\1\2", version));
    CHECK(array.header.shape == Shape{1, 2});
    CHECK(array.header.column_major);
  }
}

TEST_CASE("compressed arrays are read alike") {
  const TemporaryFile file("images.gz");
  write_gzip(file.path(), idx({2, 2}, {1, 2, 3, 4}));
  CHECK(values_of(read_file(file.path())) == std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("damaged IDX files are refused with the byte") {
  CHECK(refusal(idx(0x08, {2, 3}, "12345")) ==
        "#byte 17: ends after 5 bytes of values, expected 6 for shape (2, 3)");
  CHECK(refusal(idx(0x08, {2}, "123")) == "#byte 10: has more bytes than shape (2) needs");
  CHECK(refusal(idx(0x0A, {2}, "12")) ==
        "#byte 2: IDX type 10 is unknown; allowed: 8, 9, 11 to 14");
  CHECK(refusal(idx(0x08, {}, "")) == "#byte 3: has 0 axes, allowed are 1 to 8");
  CHECK(refusal(idx(0x08, std::vector<std::uint32_t>(9, 1), "")) ==
        "#byte 3: has 9 axes, allowed are 1 to 8");
  CHECK(refusal(idx(0x08, {2, 3}, "").substr(0, 10)) ==
        "#byte 10: ends before the extents of its 2 axes");
  CHECK(refusal(idx(0x08, {0, 3}, "")) == "#byte 4: shape (0, 3) holds no values");
  CHECK(refusal("abcd") ==
        "#byte 0: expected an IDX file, which begins with two zeros, a type and a rank");
  CHECK(refusal(idx(0x0D, {2}, std::string(4, '\0') + big_endian(0x7F800000))) ==
        "#byte 12: the value is inf, expected a finite number");
  CHECK(refusal(idx(0x0E, {1}, std::string(8, '\xff'))).starts_with("#byte 8: the value is "));
}

TEST_CASE("shapes beyond all memory are refused by their header") {
  CHECK(refusal(idx(0x08, {0x80000000, 0x80000000, 0x80000000, 4}, "1")) ==
        "#byte 4: shape (2147483648, 2147483648, 2147483648, 4) needs more than 1073741824 bytes, "
        "which is the most that is read");
  CHECK(refusal(idx(0x0E, {0x08000001}, "1")) ==
        "#byte 4: shape (134217729) needs more than 1073741824 bytes, which is the most that is "
        "read");
  CHECK(refusal(idx(0x08, {1U << 30}, "1")) ==
        "#byte 9: ends after 1 bytes of values, expected 1073741824 for shape (1073741824)");
  CHECK(refusal(npy("|u1", "False", "(4294967296, 4294967296)", "")) ==
        "#byte 10: shape (4294967296, 4294967296) needs more than 1073741824 bytes, which is the "
        "most that is read");
  CHECK(refusal(npy("|u1", "False", "(99999999999999999999,)", "")) ==
        "#byte 61: in the header: an extent of the shape is too large");
}

TEST_CASE("a file that decompresses to far more than it declares is not decompressed to its end") {
  const TemporaryFile file("bomb.gz");
  write_gzip(file.path(), idx(0x08, {4}, std::string(200'000'000, '\0')));
  CHECK(refusal_after<InputError>(file.path(), [&] { read_file(file.path()); }) ==
        "#byte 12 of the decompressed data: has more bytes than shape (4) needs");
}

TEST_CASE("damaged compressed files are refused with the byte") {
  const TemporaryFile file("cut.gz");
  write_gzip(file.path(), idx({1000}, Bytes(1000)));
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 9);
  const std::string cut = refusal_after<InputError>(file.path(), [&] { read_file(file.path()); });
  CHECK(cut.starts_with("#byte "));
  CHECK(cut.ends_with(" of the decompressed data: the compressed data ends too early"));
  file.write(std::string("\x1f\x8b\x08\0\0\0\0\0\0\3garbage that is no deflate", 36));
  CHECK(refusal_after<InputError>(file.path(), [&] { read_file(file.path()); }) ==
        "#byte 0 of the decompressed data: the compressed data is damaged");
}

TEST_CASE("damaged NumPy headers are refused with the byte") {
  const auto header = [](const std::string& dictionary) { return refusal(npy(dictionary, "12")); };
  CHECK(refusal("\x93NUMPY") == "#byte 6: ends before its version");
  CHECK(refusal(npy("{}", "", 4)) == "#byte 6: is .npy of version 4, allowed are 1, 2 and 3");
  CHECK(refusal("\x93NUMPY" + text_of({1, 0, 5})) ==
        "#byte 9: ends before the length of its header");
  CHECK(refusal("\x93NUMPY" + text_of({1, 0, 5, 0}) + "{'de") ==
        "#byte 14: ends before the end of its header");
  CHECK(refusal("\x93NUMPY" + text_of({2, 0, 0, 0, 0, 255})) ==
        "#byte 8: declares a header of 4278190080 bytes, allowed are 65535");
  CHECK(header("{}") ==
        "#byte 64: in the header: expected the fields 'descr', 'fortran_order' and 'shape'");
  CHECK(
      header("{'descr': '<f2', 'fortran_order': False, 'shape': (1,)}") ==
      "#byte 25: in the header: values of type '<f2' are not read; allowed are booleans, integers "
      "of 1 to 8 bytes, floats of 4 and 8");
  CHECK(header("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}") ==
        "#byte 20: in the header: the values are records, expected numbers");
  CHECK(header("{'descr': '|u1', 'fortran_order': Maybe, 'shape': (1,)}") ==
        "#byte 44: in the header: expected True or False");
  CHECK(header("{'descr': '|u1', 'descr': '|u1'}") ==
        "#byte 35: in the header: expected the fields 'descr', 'fortran_order' and 'shape' once, "
        "found 'descr'");
  CHECK(header("{'shape': (-1,)}") ==
        "#byte 21: in the header: expected an extent of the shape, a whole number");
  CHECK(header("{'shape': (1,1,1,1,1,1,1,1,1)}") ==
        "#byte 38: in the header: the shape has more than 8 axes");
  CHECK(header("{'shape': (1 2)}") == "#byte 23: in the header: expected ')'");
  CHECK(header("{'shape") == "#byte 11: in the header: expected the end of a quoted word");
  CHECK(header("{'shape' (1,)}") == "#byte 19: in the header: expected ':'");
  CHECK(header("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x") ==
        "#byte 66: in the header: expected nothing after the dictionary");
  CHECK(header("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}") ==
        "#byte 130: ends after 2 bytes of values, expected 3 for shape (3)");
}
