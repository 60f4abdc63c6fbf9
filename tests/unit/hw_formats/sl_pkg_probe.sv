// Shows the formats of sl_pkg at ports: words in, fields out, and back.
module sl_pkg_probe (
  input  logic [31:0] word_i,
  output logic [15:0] target_o,
  output logic [5:0]  delay_o,
  output logic [9:0]  weight_o,
  output logic [31:0] weight_extended_o,
  output logic [31:0] repacked_o,

  input  logic [31:0] key_i,
  input  logic [31:0] entry_key_i,
  input  logic [31:0] entry_mask_i,
  input  logic [31:0] row_base_i,
  output logic        matches_o,
  output logic [31:0] row_o,

  input  logic [4:0]  port_i,
  output logic [30:0] route_o,
  input  logic [2:0]  link_i,
  output logic [2:0]  straight_on_o,
  output logic [39:0] port_numbers_o,
  output logic [31:0] packet_o,
  output logic [31:0] packet_bits_o
);

  sl_pkg::synaptic_word_t word;
  sl_pkg::synaptic_word_t repacked;
  sl_pkg::route_t         route;
  sl_pkg::packet_t        packet;

  assign word              = word_i;
  assign target_o          = word.target;
  assign delay_o           = word.delay;
  assign weight_o          = word.weight;
  assign weight_extended_o = {{(32 - sl_pkg::WeightBits) {word.weight[sl_pkg::WeightBits-1]}}, word.weight};

  assign repacked.target   = word.target;
  assign repacked.delay    = word.delay;
  assign repacked.weight   = word.weight;
  assign repacked_o        = repacked;

  assign matches_o         = sl_pkg::key_matches(key_i, entry_key_i, entry_mask_i);
  assign row_o             = sl_pkg::row_number(key_i, entry_mask_i, row_base_i);

  assign route             = 31'd1 << port_i;
  assign route_o           = route;
  assign straight_on_o     = sl_pkg::opposite_link(link_i);
  assign port_numbers_o    = {sl_pkg::PortCore, sl_pkg::PortIo, sl_pkg::PortSouth, sl_pkg::PortSouthWest,
                              sl_pkg::PortWest, sl_pkg::PortNorth, sl_pkg::PortNorthEast,
                              sl_pkg::PortEast};
  assign packet.key        = key_i;
  assign packet_o          = packet;
  assign packet_bits_o     = $bits(packet);

endmodule
