//! What holds for every answer of the site: headers, language and look, forms from elsewhere, cookies from elsewhere.

use crate::town::on_both;

#[test]
fn the_program_says_that_it_is_well() {
    on_both(|town| {
        town.visitor().get("/healthz").ok().says("ok");
    });
}

#[test]
fn language_and_look_stay_with_the_visitor() {
    on_both(|town| {
        let visitor = town.visitor();
        visitor.get("/nothing-here").is(404).says("没有找到");
        visitor.get("/set?lang=en&back=/healthz").is(303);
        visitor.get("/nothing-here").is(404).says("Not found");
        assert_eq!(visitor.get("/set?look=elder&back=//elsewhere.example").location(), "/");
        assert_eq!(visitor.cookie("look").as_deref(), Some("elder"));
    });
}
