package replay

var Sentences = sentences
